// Keys of the desk: / search, j and k along the list, Enter opens, x picks, ? shows the keys, Esc goes back.
import { all, closeDialog, make, one, on, openDialog, toast } from "./dom.js";
import { say } from "./words.js";

const rows = () => all("[data-rows] [data-row], [data-rows] .list-row");

function here() {
  const list = rows();
  const focused = list.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
  return focused >= 0 ? focused : list.findIndex((row) => row.matches(".is-current, [aria-current]"));
}

function move(step) {
  const list = rows();
  if (!list.length) return;
  const row = list[Math.max(0, Math.min(here() + step, list.length - 1))];
  const target = row.matches("a, [tabindex]") ? row : one("a", row) || row;
  target.focus();
  row.scrollIntoView({ block: "nearest" });
}

function pick() {
  const row = rows()[here()];
  const box = row && one("input[type=checkbox]", row);
  if (box) box.click();
}

function typing(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]");
}

const KEYS = {
  "/": () => { const box = one("[data-search], input[type=search]"); if (box) { box.focus(); box.select(); } return Boolean(box); },
  j: () => move(1),
  k: () => move(-1),
  x: pick,
  "?": () => openDialog(document.getElementById("keys")),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches("input[type=search]")) event.target.blur();
  if (typing(event) || one("dialog[open]")) return;
  const act = KEYS[event.key];
  if (act && act() !== false) event.preventDefault();
});

// The picked rows: how many, and the bar that acts on them.
function counted() {
  const boxes = all("[data-pick]");
  const picked = boxes.filter((box) => box.checked).length;
  for (const bar of all("[data-pick-bar]")) {
    bar.hidden = picked === 0;
    for (const shown of all("[data-pick-count]", bar)) shown.textContent = String(picked);
  }
  const whole = one("[data-pick-all]");
  if (whole) {
    whole.checked = boxes.length > 0 && picked === boxes.length;
    whole.indeterminate = picked > 0 && picked < boxes.length;
  }
}
on("change", "[data-pick]", counted);
on("change", "[data-pick-all]", (event, whole) => {
  for (const box of all("[data-pick]")) box.checked = whole.checked;
  counted();
});
document.addEventListener("htmx:afterSettle", counted);
window.addEventListener("pageshow", counted);

// The row whose detail stands beside the list. Opened by a key, the case takes the focus; Esc gives it back to the row.
let byKey = false;
on("click", "[data-rows] a[hx-get]", (event, link) => {
  byKey = event.detail === 0;
  for (const row of rows()) {
    row.classList.remove("is-current");
    row.removeAttribute("aria-current");
  }
  const row = link.closest("[data-row], .list-row");
  row.classList.add("is-current");
  if (row.matches("a")) row.setAttribute("aria-current", "true");
});

// On a narrow screen a case is a page of its own, not a place below the list.
const wide = window.matchMedia("(min-width: 80rem)");
document.addEventListener("htmx:confirm", (event) => {
  const link = event.target;
  if (!wide.matches && link.matches && link.matches("[data-rows] a[hx-get]")) {
    event.preventDefault();
    window.location.assign(link.href);
  }
});

// What the server says about a stale or forbidden form is a page part too; a part of another page isn't put into this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const isPart = !/^\s*<!doctype/i.test(xhr.responseText);
  if (xhr.status === 409 && isPart) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  } else if (xhr.status >= 400 && !isPart) {
    event.detail.shouldSwap = false;
    event.detail.isError = false;
    closeDialog(one("dialog[open]"));
    const sentence = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[role=alert]");
    toast(sentence ? sentence.textContent.trim() : say("net_failed"), 9);
  }
});

// A case beside the list: fresh content starts at its top, and the list gives way.
document.addEventListener("htmx:afterSwap", (event) => {
  const place = event.detail.target;
  if (!place || place.id !== "detail") return;
  place.scrollTop = 0;
  const split = place.closest(".split");
  if (split) split.classList.add("has-detail");
});
// It takes the focus only when its own links answer to htmx, which is a moment after it is seen.
document.addEventListener("htmx:afterSettle", (event) => {
  const place = event.detail.target;
  if (!place || place.id !== "detail") return;
  if (byKey || document.activeElement === document.body) {
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }
  byKey = false;
});

// A dialog opened again is empty until its form is there, so that nobody types into the last one; then its first field is at hand.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { target, requestConfig } = event.detail;
  if (target && target.id === "move-body" && requestConfig.verb === "get") target.replaceChildren(make("p", { class: "dialog-body quiet" }, "…"));
});
document.addEventListener("htmx:afterSettle", (event) => {
  const place = event.detail.target;
  const first = place && place.id === "move-body" && one("textarea, select, input:not([type=hidden], [type=file]), h2", one("form[method=post]", place) || place);
  if (first) first.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || one("dialog[open]") || !event.target.closest("#detail")) return;
  const link = one("[data-rows] .is-current a");
  if (link) link.focus();
});

// The dialog of another move never shows the form of the one before.
on("click", "[data-dialog=move]", () => {
  const body = document.getElementById("move-body");
  if (body) body.replaceChildren();
});

// A suggestion fills the field it belongs to.
on("click", "[data-fill]", (event, button) => {
  const field = document.getElementById(button.dataset.fill);
  if (!field) return;
  field.value = button.dataset.value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
});
