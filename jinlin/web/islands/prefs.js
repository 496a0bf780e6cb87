// Elder mode and text size change in place, so that words already typed are not lost; the server keeps the choice.
import { all, on, one } from "./dom.js";

const SIZES = ["18", "20", "22", "24", "27", "30"];
const root = document.documentElement;

function remember(query) {
  return fetch(`/prefs?${query}`, { method: "POST", headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => {
    const year = 31536000;
    for (const [key, value] of new URLSearchParams(query)) document.cookie = `jl_${key}=${value};path=/;max-age=${year};samesite=lax`;
  });
}

function nowSize() {
  const shown = one("[data-size-now]");
  return root.dataset.size || (shown && shown.textContent) || "20";
}

function setSize(size) {
  root.dataset.size = size;
  for (const shown of all("[data-size-now]")) shown.textContent = size;
}

function switchMode(event, link) {
  event.preventDefault();
  const elder = root.dataset.mode !== "elder";
  if (elder) {
    root.dataset.mode = "elder";
    setSize(nowSize());
  } else {
    delete root.dataset.mode;
    delete root.dataset.size;
  }
  remember(`mode=${elder ? "elder" : "plain"}`);
  link.focus();
}

function switchSize(event, link) {
  event.preventDefault();
  const place = SIZES.indexOf(nowSize()) + Number(link.dataset.step);
  const size = SIZES[Math.max(0, Math.min(place, SIZES.length - 1))];
  setSize(size);
  remember(`size=${size}`);
}

export function startPrefs() {
  on("click", "[data-pref=mode]", switchMode);
  on("click", "[data-pref=size]", switchSize);
}
