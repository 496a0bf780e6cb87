// The few ways we touch a page; text always goes in as text, never as markup.
import { asset } from "./words.js";

// Phones of 2020 lack this one.
if (!Element.prototype.replaceChildren) {
  Element.prototype.replaceChildren = function replaceChildren(...inside) {
    this.textContent = "";
    this.append(...inside);
  };
}

export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

export function on(type, selector, act, root = document) {
  root.addEventListener(type, (event) => {
    const hit = event.target instanceof Element && event.target.closest(selector);
    if (hit) act(event, hit);
  });
}

export function make(tag, attrs = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...inside.filter((part) => part !== null && part !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${asset("icons")}#${name}`);
  svg.append(use);
  return svg;
}

export function toast(text, seconds = 5) {
  const place = document.getElementById("toasts");
  if (!place) return;
  const line = make("div", { class: "toast" }, text);
  place.append(line);
  setTimeout(() => line.remove(), seconds * 1000);
}

export function openDialog(dialog) {
  if (!dialog || dialog.open) return;
  if (dialog.showModal) dialog.showModal();
  else dialog.setAttribute("open", "");
}

export function closeDialog(dialog) {
  if (!dialog) return;
  if (dialog.close) dialog.close();
  else dialog.removeAttribute("open");
}

// Only addresses of this server: data must not be able to send a reader elsewhere.
export function follow(link) {
  if (!link) return;
  const url = new URL(link, window.location.href);
  if (url.origin === window.location.origin) window.location.assign(url.href);
}

export function loadScript(url) {
  const there = all("script[src]").find((script) => script.getAttribute("src") === url);
  if (there && there.loaded) return there.loaded;
  const script = make("script", { src: url });
  script.loaded = new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Error(`cannot load ${url}`));
  });
  document.head.append(script);
  return script.loaded;
}

export function loadStyle(url) {
  if (!all("link[rel=stylesheet]").some((link) => link.getAttribute("href") === url)) {
    document.head.append(make("link", { rel: "stylesheet", href: url }));
  }
}

export function nextKey() {
  if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export function cookie(name) {
  const hit = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return hit ? decodeURIComponent(hit.slice(name.length + 1)) : "";
}
