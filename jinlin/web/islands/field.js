// Grid worker's pages: nearest first (the position is used inside this page only: never sent, never stored), forms opened
// from the band, rows that wait in the outbox marked, and the day's cases kept for dead spots.
import { all, icon, make, on, one } from "./dom.js";
import { say } from "./words.js";

const WISH = "jinlin-near"; // the wish to sort by distance, not the place
const KEPT = "jinlin-kept";
const MOST = 30;

function metres(a, b) {
  const rad = Math.PI / 180;
  const x = (b.lon - a.lon) * rad * Math.cos(((a.lat + b.lat) / 2) * rad);
  const y = (b.lat - a.lat) * rad;
  return Math.hypot(x, y) * 6371000;
}

class Near {
  constructor(button, list) {
    this.button = button;
    this.list = list;
    this.words = button.dataset;
    this.line = one("[data-near-line]");
    this.rows = Array.from(list.children);
    button.addEventListener("click", () => (button.getAttribute("aria-pressed") === "true" ? this.byDue() : this.ask()));
    this.again();
  }

  // Asked once and still allowed: sort at once; a question is never put without a tap.
  async again() {
    if (sessionStorage.getItem(WISH) !== "1" || !navigator.permissions) return;
    const state = await navigator.permissions.query({ name: "geolocation" }).catch(() => null);
    if (state && state.state === "granted") this.ask();
  }

  ask() {
    this.line.textContent = this.words.wordsAsking;
    if (!navigator.geolocation) this.denied();
    else navigator.geolocation.getCurrentPosition(({ coords }) => this.byPlace({ lon: coords.longitude, lat: coords.latitude }), () => this.denied(), { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 });
  }

  denied() {
    this.line.textContent = this.words.wordsDenied;
  }

  byPlace(here) {
    const far = (row) => (row.dataset.lon ? metres(here, { lon: Number(row.dataset.lon), lat: Number(row.dataset.lat) }) : Infinity);
    const sorted = this.rows.map((row, place) => ({ row, place, far: far(row) })).sort((a, b) => (a.far === b.far ? a.place - b.place : a.far - b.far));
    for (const { row, far: distance } of sorted) this.tell(row, distance);
    this.list.append(...sorted.map(({ row }) => row));
    this.pressed(true, this.words.wordsOn);
  }

  byDue() {
    for (const row of this.rows) this.tell(row, Infinity);
    this.list.append(...this.rows);
    this.pressed(false, "");
  }

  tell(row, distance) {
    const old = one("[data-far]", row);
    if (old) old.remove();
    const meta = one(".list-row-meta", row);
    if (!meta || !Number.isFinite(distance)) return;
    const text = distance < 950 ? this.words.wordsMetres.replace("{n}", Math.max(10, Math.round(distance / 10) * 10)) : this.words.wordsKm.replace("{n}", (distance / 1000).toFixed(1));
    meta.prepend(make("span", { "data-far": true, class: "strong" }, text));
  }

  pressed(flag, sentence) {
    this.button.setAttribute("aria-pressed", String(flag));
    one("span", this.button).textContent = flag ? this.words.wordsDue : this.words.wordsNear;
    this.line.textContent = sentence;
    if (flag) sessionStorage.setItem(WISH, "1");
    else sessionStorage.removeItem(WISH);
  }
}

function openPart(id) {
  const part = id && document.getElementById(id);
  if (!part) return;
  const fold = part.matches("details") ? part : one("details", part);
  for (let up = fold; up; up = up.parentElement && up.parentElement.closest("details")) up.open = true;
  part.scrollIntoView({ block: "start" });
  const first = one("textarea, select, input:not([type=hidden]), summary", part);
  if (first) first.focus({ preventScroll: true });
}

// What was tapped here and has not reached the office yet: say so and take the buttons away, so that nobody taps twice.
// What a later round sends is behind this page's back, so the page is read anew, unless somebody is writing on it.
let unsent = new Set();

function markWaiting(waiting) {
  const left = new Set(waiting.map((item) => item.key));
  const gone = [...unsent].some((key) => !left.has(key));
  unsent = new Set(waiting.filter((item) => item.tries).map((item) => item.key));
  if (gone && navigator.onLine !== false && !all("dialog[open]").length && all("textarea").every((area) => !area.value)) {
    window.location.reload();
    return;
  }
  for (const box of all("[data-case]")) {
    const path = `/field/case/${box.dataset.case}/`;
    const item = waiting.find(({ action }) => new URL(action, window.location.href).pathname.startsWith(path));
    const old = one("[data-waiting]", box);
    if (old) old.remove();
    for (const part of all(".list-row-act, .act-band, .move-form", box)) part.hidden = Boolean(item);
    if (!item) continue;
    const held = item.state === "held";
    box[box.matches("li") ? "append" : "prepend"](make("p", { class: "waiting-line", "data-waiting": true }, icon(held ? "alert" : "offline"), `${item.title.split("：")[0]}：${held ? say("state_held") : item.tries || navigator.onLine === false ? say("saved") : say("sending")}`));
  }
}

// The service worker keeps the pages of the day, so that a case opens where there is no network; only changed ones are fetched.
function keepDay() {
  const control = navigator.serviceWorker && navigator.serviceWorker.controller;
  const rows = all("#todo [data-case], #check [data-case]").slice(0, MOST);
  if (!control || !one("#todo") || navigator.onLine === false) return;
  const before = JSON.parse(sessionStorage.getItem(KEPT) || "{}");
  const now = Object.fromEntries(rows.map((row) => [row.dataset.case, row.dataset.version]));
  const changed = rows.filter((row) => before[row.dataset.case] !== row.dataset.version).map((row) => one("a", row).href);
  if (!("new" in before)) changed.push(new URL("/field/new", window.location.href).href);
  if (changed.length) control.postMessage({ keep: changed });
  sessionStorage.setItem(KEPT, JSON.stringify({ ...now, new: "1" }));
}

function ready() {
  const [button, list] = [one("[data-near]"), one("[data-near-list]")];
  if (button && list) new Near(button, list);
  on("click", "[data-open]", (event, link) => {
    event.preventDefault();
    openPart(link.dataset.open);
  });
  if (window.location.hash.startsWith("#m-")) openPart(window.location.hash.slice(1));
  document.addEventListener("jinlin:outbox", (event) => markWaiting(event.detail));
  setTimeout(keepDay, 1500);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
else ready();
