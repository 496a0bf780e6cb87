// Service worker, a bonus: the shell and the pages a server marked `Jinlin-Offline: keep` reload without a network.
// It never touches what is sent; the outbox in the page does that, and works without this file.
/* global SHELL */
const SHELL_CACHE = "jinlin-shell";
const PAGE_CACHE = "jinlin-pages";
const WHO = "/__who";
const base = self.STATIC || "/static/";
const shell = SHELL.map((name) => base + name);

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(SHELL_CACHE).then((cache) => cache.addAll([...shell, "/offline"])).then(() => self.skipWaiting()),
  );
});

async function sweep() {
  const cache = await caches.open(SHELL_CACHE);
  const wanted = new Set([...shell, "/offline"]);
  for (const request of await cache.keys()) if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
}

self.addEventListener("activate", (event) => {
  event.waitUntil(sweep().then(() => self.clients.claim()));
});

// Another account on the same phone: nothing of the last one may be readable.
async function belongsTo(who) {
  const cache = await caches.open(PAGE_CACHE);
  const last = await cache.match(WHO);
  if (last && (await last.text()) === who) return;
  await caches.delete(PAGE_CACHE);
  await (await caches.open(PAGE_CACHE)).put(WHO, new Response(who));
}

// Pages a worker will need where there is no network; each says by its header that it may be kept.
async function keepPages(urls) {
  const cache = await caches.open(PAGE_CACHE);
  for (const url of urls) {
    const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "text/html" } }).catch(() => null);
    if (response && response.ok && !response.redirected && response.headers.get("Jinlin-Offline") === "keep") await cache.put(url, response);
  }
}

self.addEventListener("message", (event) => {
  const { who, keep } = event.data || {};
  if (typeof who === "string") event.waitUntil(belongsTo(who));
  if (Array.isArray(keep)) event.waitUntil(keepPages(keep));
});

async function page(request) {
  try {
    const response = await fetch(request);
    if (response.ok && response.headers.get("Jinlin-Offline") === "keep") {
      const copy = response.clone();
      caches.open(PAGE_CACHE).then((cache) => cache.put(request.url, copy)).catch(() => {});
    }
    return response;
  } catch (error) {
    const kept = (await caches.match(request.url)) || (await caches.match("/offline"));
    if (kept) return kept;
    throw error;
  }
}

async function shellFile(request) {
  const kept = await caches.match(request);
  return kept || fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith(base)) event.respondWith(shellFile(request));
});
