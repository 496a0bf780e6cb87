// Sentences of the page's language, sent by the server as data (templatetag ui_words).
let found;

export function say(key, facts = {}) {
  if (!found) {
    const element = document.getElementById("ui-words");
    found = element ? JSON.parse(element.textContent) : {};
  }
  return (found[key] || key).replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? facts[name] : whole));
}

export function asset(name) {
  const meta = document.querySelector(`meta[name="asset-${name}"]`);
  return meta ? meta.content : "";
}
