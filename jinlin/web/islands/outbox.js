// Outbox island: what a person taps is first put on a shelf in this phone, then sent; a dead spot, a closed page or a second
// tab neither loses it nor sends it twice. Forms opt in with `data-outbox="short title"`; without this script they post as usual.
import { capture, stamp } from "./outbox/capture.js";
import { Drafts } from "./outbox/drafts.js";
import { drain, due, mine, old } from "./outbox/send.js";
import { drop, items, put, seen, sent, sentOne } from "./outbox/store.js";
import { all, icon, make, one, toast } from "./dom.js";
import { say } from "./words.js";

const EVERY = 20000;
const SAID = "jinlin-said"; // the server's sentence, carried over to the page it sends the person to
let section;
let drafts;

async function paint() {
  if (!section) return;
  const waiting = (await items()).filter(mine);
  const look = waiting.filter((item) => item.state === "held" || old(item)).length;
  const fresh = (await sent()).filter((row) => !row.seen && mine(row));
  const parts = [];
  if (waiting.length - look) parts.push(say("waiting", { n: waiting.length - look }));
  if (look) parts.push(say("held", { n: look }));
  if (!parts.length && fresh.length) parts.push(say("sent", { n: fresh.length }));
  section.hidden = !parts.length && !drafts.dialog.open;
  section.classList.toggle("is-clear", !waiting.length);
  const line = parts.join("；");
  const place = one("[data-outbox-line]", section);
  if (place.textContent !== line) place.textContent = line;
  if (drafts.dialog.open) await drafts.show();
  document.dispatchEvent(new CustomEvent("jinlin:outbox", { detail: waiting }));
}

async function round({ now = false } = {}) {
  const outcomes = navigator.onLine === false ? [] : await drain({ now, told: () => paint() }).catch(() => []);
  await paint();
  return outcomes;
}

// --- a tap on "send"
function busy(form, flag) {
  for (const button of all("button:not([type=button])", form)) {
    button.disabled = flag;
    button.classList.toggle("is-busy", flag);
  }
}

async function photosDone(form) {
  while (form.hasAttribute("data-busy")) await new Promise((resolve) => setTimeout(resolve, 100));
}

function showErrors(form, held) {
  const old_ = one("[data-error-summary]", form.parentElement) || one("[data-error-summary]");
  if (old_) old_.remove();
  for (const line of all(".error-line[data-made]", form)) line.remove();
  const lines = Object.entries(held.errors || {}).flatMap(([name, sentences]) => [sentences].flat().map((sentence) => ({ name, sentence: String(sentence) })));
  if (!lines.length) lines.push({ name: "", sentence: held.message });
  const row = ({ name, sentence }) => {
    const control = name && form.elements.namedItem(name);
    const target = control && (control.length && !control.tagName ? control[0] : control);
    if (!target || !target.id || target.type === "hidden") return make("li", {}, sentence);
    const field = target.closest(".field");
    if (field) {
      field.classList.add("has-error");
      target.before(make("p", { class: "error-line", "data-made": true }, icon("alert"), sentence));
    }
    return make("li", {}, make("a", { href: `#${target.id}` }, sentence));
  };
  const summary = make("div", { class: "error-summary", role: "alert", tabindex: "-1", "data-error-summary": true },
    make("h2", {}, icon("alert"), say("fix")), make("ul", {}, ...lines.map(row)));
  form.before(summary);
  summary.focus();
}

function showSaved(form) {
  form.reset();
  const summary = one("[data-error-summary]");
  if (summary) summary.remove();
  const note = make("div", { class: "note note-care", role: "status", tabindex: "-1", "data-outbox-saved": true }, icon("offline"),
    make("div", { class: "note-body" }, make("p", { class: "note-title" }, say("saved"))));
  const last = one("[data-outbox-saved]");
  if (last) last.remove();
  form.before(note);
  note.scrollIntoView({ block: "center" });
  note.focus();
}

// Wait until our item has an outcome: this tab sent it, or another tab did.
async function outcomeOf(key) {
  for (let turn = 0; turn < 40; turn += 1) {
    const outcomes = await drain({ now: true, told: () => paint() });
    const row = await sentOne(key);
    if (row) return { ok: true, url: row.url, message: row.message };
    const item = (await items()).find((one_) => one_.key === key);
    if (!item) return { ok: true };
    if (item.state === "held") return { ok: false, held: item };
    if (outcomes !== false) return { ok: false };
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return { ok: false };
}

async function finish(form, item) {
  const outcome = navigator.onLine === false ? { ok: false } : await outcomeOf(item.key).catch(() => ({ ok: false }));
  if (outcome.ok) {
    await seen([item.key]);
    form.reset();
    if (outcome.url && outcome.message) sessionStorage.setItem(SAID, outcome.message);
    if (outcome.url) window.location.assign(outcome.url);
    else {
      toast(outcome.message || say("sent_one"));
      window.location.reload();
    }
    return;
  }
  busy(form, false);
  if (outcome.held) {
    await drop(item.key);
    showErrors(form, outcome.held);
  } else showSaved(form);
  await paint();
}

async function submitted(form, submitter) {
  const item = capture(form, submitter);
  busy(form, true);
  const wait = form.hasAttribute("data-busy");
  if (wait) await photosDone(form);
  if (wait) item.files = capture(form, submitter).files;
  try {
    await put(item);
  } catch {
    stamp(form, item);
    form.submit();
    return;
  }
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
  await paint();
  await finish(form, item);
}

// Older WebKit does not say which button was pressed, so we remember.
let pressed = null;
document.addEventListener("click", (event) => {
  pressed = event.target instanceof Element ? event.target.closest("button:not([type=button]), input[type=submit]") : null;
}, true);

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-outbox]");
  if (!form || event.defaultPrevented || !("indexedDB" in window)) return;
  event.preventDefault();
  if (one("button.is-busy", form)) return;
  submitted(form, event.submitter || (pressed && pressed.form === form ? pressed : null)).catch(() => { busy(form, false); showSaved(form); });
});

async function start() {
  section = document.getElementById("outbox");
  if (!section || !("indexedDB" in window)) return;
  drafts = new Drafts(section, async ({ now }) => {
    const outcomes = now ? await round({ now: true }) : await paint();
    if (outcomes && outcomes.some && outcomes.some((one_) => one_.ok)) toast(say("sent_one"));
    if (now && navigator.onLine === false) toast(say("saved"));
  });
  drafts.dialog.addEventListener("close", () => paint());
  window.addEventListener("online", () => round({ now: true }));
  document.addEventListener("visibilitychange", () => !document.hidden && round());
  setInterval(() => !document.hidden && round(), EVERY);
  const told = sessionStorage.getItem(SAID);
  if (told) toast(told);
  sessionStorage.removeItem(SAID);
  await paint().catch(() => {});
  await round({ now: true });
}

window.jinlinOutbox = { round, due };
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
