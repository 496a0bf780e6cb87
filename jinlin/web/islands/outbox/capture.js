// A form as an item of the outbox: its fields with their labels (so that a draft can be read and mended without the page),
// its photos as blobs, the key and the time made at the moment of the tap.
import { all, nextKey, one } from "../dom.js";
import { who } from "./send.js";

const OURS = new Set(["csrfmiddlewaretoken", "key", "made_at"]);
const TEXTS = new Set(["text", "tel", "number", "email", "search", "date", "time", "datetime-local", "textarea", "url"]);

function labelOf(control) {
  const group = ["radio", "checkbox"].includes(control.type) && control.closest("fieldset");
  const source = group ? one("legend", group) : control.labels && control.labels[0];
  if (!source) return control.getAttribute("aria-label") || "";
  const copy = source.cloneNode(true);
  for (const part of all(".optional, .unseen, small, input, svg", copy)) part.remove();
  return copy.textContent.trim();
}

function optionsOf(form, control) {
  if (control.tagName === "SELECT") return Array.from(control.options, (option) => ({ value: option.value, label: option.textContent.trim() }));
  if (control.type !== "radio") return null;
  return Array.from(form.elements).filter((other) => other.name === control.name && other.type === "radio").map((radio) => {
    const label = radio.closest("label");
    return { value: radio.value, label: label ? label.textContent.trim() : radio.value };
  });
}

function kindOf(control) {
  if (control.type === "hidden") return "hidden";
  if (control.tagName === "SELECT" && !control.multiple) return "choice";
  if (control.type === "radio") return "choice";
  if (control.tagName === "TEXTAREA") return "lines";
  return TEXTS.has(control.type) ? "line" : "fixed";
}

function describe(form, name, value) {
  const control = Array.from(form.elements).find((one_) => one_.name === name);
  if (!control) return { name, value, label: "", kind: "hidden" };
  return { name, value, label: labelOf(control), kind: kindOf(control), options: optionsOf(form, control) };
}

export function capture(form, submitter) {
  const data = new FormData(form);
  if (submitter && submitter.name) data.append(submitter.name, submitter.value);
  const fields = [];
  const files = [];
  for (const [name, value] of data) {
    if (OURS.has(name)) continue;
    if (value instanceof File) {
      if (value.size) files.push({ name, blob: value, file: value.name });
    } else fields.push(describe(form, name, value));
  }
  const now = new Date();
  return {
    key: nextKey(), made_at: now.toISOString(), order: now.getTime(), state: "waiting", tries: 0, who: who(), fields, files,
    action: (submitter && submitter.hasAttribute("formaction") ? submitter.formAction : form.action) || window.location.href,
    page: window.location.pathname + window.location.search,
    title: form.dataset.outbox || (one("h1") ? one("h1").textContent.trim() : document.title),
  };
}

// Put key and time into the form itself: for the plain way of sending when this browser has no shelf to keep it on.
export function stamp(form, item) {
  for (const [name, value] of [["key", item.key], ["made_at", item.made_at]]) {
    let input = one(`input[name="${name}"]`, form);
    if (!input) {
      input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      form.append(input);
    }
    input.value = value;
  }
}
