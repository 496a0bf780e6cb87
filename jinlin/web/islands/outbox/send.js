// Sending in order. Only a clear answer of our own server moves an item: {ok: true} takes it off the shelf, a refusal holds it
// with its sentence; anything else (no network, a captive portal's page, a busy server) leaves it and tries again later.
import { cookie } from "../dom.js";
import { say } from "../words.js";
import { alone, arrived, items, put } from "./store.js";

const TIMEOUT = 60000;
const DAYS_30 = 30 * 24 * 3600 * 1000;
const LONGEST_WAIT = 10 * 60 * 1000;

export const who = () => document.documentElement.dataset.who || "";
export const mine = (item) => !item.who || item.who === who();
export const old = (item) => Date.now() - Date.parse(item.made_at) > DAYS_30 && !item.confirmed;
export const due = (item) => item.state === "waiting" && mine(item) && !old(item);

async function fetchIn(url, options) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT);
  try {
    return await fetch(url, { credentials: "same-origin", redirect: "manual", signal: stop.signal, ...options });
  } finally {
    clearTimeout(timer);
  }
}

async function csrf() {
  const response = await fetchIn("/csrf", { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!response.ok) throw new Error("csrf");
  const answer = await response.json();
  return { token: answer.token || cookie("csrftoken"), account: answer.who || "" };
}

function body(item, token) {
  const form = new FormData();
  for (const { name, value } of item.fields) form.append(name, value);
  for (const { name, blob, file } of item.files) form.append(name, blob, file);
  form.append("key", item.key);
  form.append("made_at", item.made_at);
  form.append("csrfmiddlewaretoken", token);
  return form;
}

async function read(response) {
  if (!(response.headers.get("Content-Type") || "").includes("json")) return null;
  return response.json().catch(() => null);
}

const LATER = new Set([0, 408, 425, 429, 500, 502, 503, 504]);

function later(item, note = "") {
  const tries = (item.tries || 0) + 1;
  return { ...item, tries, note, next: Date.now() + Math.min(LONGEST_WAIT, 5000 * 2 ** Math.min(tries - 1, 7)) };
}

function firstSentence(answer, status) {
  if (answer && answer.message) return answer.message;
  const errors = answer && answer.errors ? Object.values(answer.errors).flat() : [];
  if (errors.length) return errors[0];
  return { 404: say("not_found"), 410: say("not_found"), 413: say("too_large") }[status] || say("refused");
}

// What an answer means for an item: {done}, {held} or {wait}.
export function judge(status, kind, answer) {
  if (kind === "opaqueredirect" || status === 401) return { wait: say("log_in") };
  if (status >= 200 && status < 300) return answer && answer.ok ? { done: true } : answer && answer.ok === false ? { held: true } : { wait: "" };
  if (LATER.has(status)) return { wait: status ? say("server_busy") : "" };
  if (status === 403 && (!answer || answer.code === "csrf")) return { wait: say("log_in") };
  return { held: true };
}

async function sendOne(item) {
  const { token, account } = await csrf();
  if (item.who && item.who !== account) {
    await put(later(item, say("log_in")));
    return { key: item.key, ok: false, wait: say("log_in") };
  }
  const response = await fetchIn(item.action, {
    method: "POST", body: body(item, token),
    headers: { Accept: "application/json", "Idempotency-Key": item.key, "X-CSRFToken": token, "X-Made-At": item.made_at },
  });
  const answer = await read(response);
  const verdict = judge(response.status, response.type, answer);
  if (verdict.done) {
    await arrived(item, answer);
    return { key: item.key, ok: true, url: answer.url, message: answer.message };
  }
  if (verdict.held) {
    const held = { ...item, state: "held", status: response.status, message: firstSentence(answer, response.status), errors: (answer && answer.errors) || {} };
    await put(held);
    return { key: item.key, ok: false, held };
  }
  await put(later(item, verdict.wait));
  return { key: item.key, ok: false, wait: verdict.wait };
}

// Send what is due, oldest tap first. A failure of the network ends the round so that the order stays.
// `now` sends without minding the pause between tries. Return the outcomes, or false when another tab is sending.
export function drain({ now = false, told = () => {} } = {}) {
  return alone(async (renew) => {
    const outcomes = [];
    for (const item of (await items()).filter(due)) {
      if (!now && (item.next || 0) > Date.now()) break;
      await renew();
      try {
        const outcome = await sendOne(item);
        outcomes.push(outcome);
        told(outcome);
        if (!outcome.ok && !outcome.held) break;
      } catch {
        await put(later(item));
        outcomes.push({ key: item.key, ok: false, offline: true });
        break;
      }
    }
    return outcomes;
  });
}
