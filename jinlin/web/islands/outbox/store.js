// The outbox's two shelves in IndexedDB: items still to send (in the order of the taps) and a short list of what was sent.
import { openDB } from "idb";

const SENT_KEPT = 20;
let opening;

function database() {
  opening ||= openDB("jinlin-outbox", 1, {
    upgrade(db) {
      db.createObjectStore("items", { keyPath: "key" }).createIndex("order", "order");
      db.createObjectStore("sent", { keyPath: "key" }).createIndex("at", "at");
      db.createObjectStore("lease");
    },
    terminated() { opening = undefined; },
  }).catch((error) => { opening = undefined; throw error; });
  return opening;
}

export async function put(item) {
  await (await database()).put("items", item);
}

export async function get(key) {
  return (await database()).get("items", key);
}

export async function items() {
  return (await database()).getAllFromIndex("items", "order");
}

export async function drop(key) {
  await (await database()).delete("items", key);
}

// Take a mended item's old key away and put the new one in one transaction: never both, never none.
export async function replace(oldKey, item) {
  const tx = (await database()).transaction("items", "readwrite");
  await Promise.all([tx.store.delete(oldKey), tx.store.put(item), tx.done]);
}

// Remove an item and note where its answer stands, in one transaction.
export async function arrived(item, answer) {
  const tx = (await database()).transaction(["items", "sent"], "readwrite");
  const sent = tx.objectStore("sent");
  await tx.objectStore("items").delete(item.key);
  await sent.put({ key: item.key, who: item.who, title: item.title, url: answer.url || "", message: answer.message || "", at: Date.now(), seen: false });
  const keys = await sent.index("at").getAllKeys();
  for (const key of keys.slice(0, Math.max(0, keys.length - SENT_KEPT))) await sent.delete(key);
  await tx.done;
}

export async function sent() {
  return (await database()).getAllFromIndex("sent", "at");
}

export async function sentOne(key) {
  return (await database()).get("sent", key);
}

export async function seen(keys) {
  const tx = (await database()).transaction("sent", "readwrite");
  for (const key of keys) {
    const row = await tx.store.get(key);
    if (row) await tx.store.put({ ...row, seen: true });
  }
  await tx.done;
}

// One sender at a time over all tabs. Browsers without Web Locks (older WeChat) use a lease that runs out by itself.
const LEASE_MS = 90000;

export async function alone(act) {
  if (navigator.locks) return navigator.locks.request("jinlin-outbox", { ifAvailable: true }, (lock) => (lock ? act(() => Promise.resolve()) : false));
  const me = Math.random().toString(36).slice(2);
  const take = async () => {
    const tx = (await database()).transaction("lease", "readwrite");
    const held = await tx.store.get("sender");
    const free = !held || held.until < Date.now() || held.me === me;
    if (free) await tx.store.put({ me, until: Date.now() + LEASE_MS }, "sender");
    await tx.done;
    return free;
  };
  if (!(await take())) return false;
  try {
    return await act(take);
  } finally {
    await (await database()).delete("lease", "sender");
  }
}
