// What every page runs: htmx, dialogs, the reader's choices, the focus on errors, photos, places,
// and the loading of map and chart where a page has one.
import htmx from "htmx.org";
import { all, closeDialog, cookie, loadScript, loadStyle, on, one, openDialog, toast } from "./dom.js";
import { startPhotos } from "./photos.js";
import { startPlace } from "./place.js";
import { startPrefs } from "./prefs.js";
import { asset, say } from "./words.js";

window.htmx = htmx;
Object.assign(htmx.config, {
  includeIndicatorStyles: false, allowEval: false, allowScriptTags: false, selfRequestsOnly: true, historyCacheSize: 0,
  responseHandling: [
    { code: "204", swap: false }, { code: "304", swap: false }, { code: "[23]..", swap: true }, { code: "422", swap: true, error: false },
    { code: "[45]..", swap: false, error: true },
  ],
});
document.documentElement.classList.add("js");

function islands(root = document) {
  if (one("[data-map]:not([hidden])", root)) {
    loadStyle(asset("map-css"));
    loadScript(asset("map")).then(() => window.jinlinMap.scan(root)).catch(() => mapFailed(root));
  }
  if (one("[data-chart]", root)) loadScript(asset("chart")).then(() => window.jinlinChart.scan(root)).catch(() => {});
}

function mapFailed(root) {
  for (const wait of all(".map-wait", root)) wait.textContent = say("map_failed");
}

function focusErrors(root = document) {
  const summary = one("[data-error-summary]", root);
  if (summary) summary.focus();
}

function dialogs() {
  on("click", "[data-dialog]", (event, button) => {
    event.preventDefault();
    openDialog(document.getElementById(button.dataset.dialog));
  });
  on("click", "[data-dialog-close]", (event, button) => closeDialog(button.closest("dialog")));
  on("click", "dialog", (event, dialog) => {
    if (event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (outside && event.detail) closeDialog(dialog);
  });
  on("click", ".error-summary a[href^='#']", (event, link) => {
    const target = document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  });
}

function menus() {
  document.addEventListener("click", (event) => {
    for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all("details.menu[open]")) {
      menu.open = false;
      one("summary", menu).focus();
    }
  });
}

// A second tap while the first is on its way must do nothing (the server's idempotency key is the real guard).
function doubleTaps() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.method === "get" || form.hasAttribute("data-outbox")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));
}

function fragments() {
  document.addEventListener("htmx:configRequest", (event) => {
    const token = cookie("csrftoken");
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    start(event.detail.elt);
    focusErrors(event.detail.elt);
  });
  for (const type of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(type, (event) => event.target.closest("[data-quiet]") || toast(say("net_failed")));
  }
}

// A page that asks again every minute says when it last heard from the server, and keeps what it shows when it didn't.
function live() {
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = event.detail;
    const place = elt.matches && elt.matches("[data-live]") && one("[data-live-at]");
    if (!place || xhr.status === 200) return;
    const when = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
    place.textContent = say(xhr.status === 304 ? "live_same" : "live_failed", { when });
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.elt.matches("[data-live]")) all("[data-map][data-ready]").forEach((map) => map.dispatchEvent(new CustomEvent("jinlin:fresh")));
  });
}

function smallThings() {
  on("click", "[data-print]", () => window.print());
  on("click", "[data-reload]", () => window.location.reload());
  on("click", "[data-copy]", (event, button) => {
    const text = button.dataset.copy;
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => toast(say("copied"), 2)).catch(() => {});
  });
  on("change", "[data-submit-on-change]", (event, control) => control.form && (control.form.requestSubmit ? control.form.requestSubmit() : control.form.submit()));
}

function start(root = document) {
  startPhotos(root);
  startPlace(root, islands);
  islands(root);
}

function worker() {
  if (!("serviceWorker" in navigator) || !window.isSecureContext) return;
  const tell = ({ active }) => active.postMessage({ who: document.documentElement.dataset.who || "" });
  navigator.serviceWorker.register("/sw.js", { scope: "/" }).then(() => navigator.serviceWorker.ready).then(tell).catch(() => {});
}

function ready() {
  startPrefs();
  dialogs();
  menus();
  doubleTaps();
  fragments();
  live();
  smallThings();
  start();
  focusErrors();
  if (document.readyState === "complete") worker();
  else window.addEventListener("load", worker);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
else ready();
