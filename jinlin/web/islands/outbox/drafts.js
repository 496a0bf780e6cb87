// The list of drafts: what waits, what was refused and why, what was sent lately; open, mend, send again, discard.
import { all, closeDialog, icon, make, nextKey, one, openDialog } from "../dom.js";
import { say } from "../words.js";
import { drop, get, items, put, replace, seen, sent } from "./store.js";
import { mine, old } from "./send.js";

function moment(time) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" }).format(new Date(time));
}

function badge(tone, text) {
  return make("span", { class: `badge badge-${tone}` }, text);
}

function stateOf(item) {
  if (!mine(item)) return badge("wait", say("other_account"));
  if (old(item)) return badge("wait", say("state_old"));
  return item.state === "held" ? badge("wait", say("state_held")) : badge("action", say("state_waiting"));
}

function said(field) {
  const option = (field.options || []).find((choice) => choice.value === field.value);
  return option ? option.label : field.value;
}

function facts(item) {
  const shown = item.fields.filter((field) => field.label && field.kind !== "hidden" && field.value);
  const list = make("dl", { class: "facts small" });
  for (const field of shown) list.append(make("dt", {}, field.label), make("dd", { class: "pre" }, said(field)));
  if (item.files.length) list.append(make("dt", {}, say("photos", { n: item.files.length })), make("dd", {}, ""));
  return list;
}

function control(field, place) {
  const id = `draft-${place}`;
  const label = make("label", { class: "label", for: id }, field.label);
  let input;
  if (field.kind === "choice") {
    input = make("select", { class: "select", id }, ...field.options.map((choice) => make("option", { value: choice.value, selected: choice.value === field.value }, choice.label)));
  } else {
    input = make(field.kind === "lines" ? "textarea" : "input", { class: field.kind === "lines" ? "textarea" : "input", id });
    input.value = field.value;
  }
  input.dataset.place = place;
  return make("div", { class: "field" }, label, input);
}

function errorsOf(item) {
  return Object.values(item.errors || {}).flat().map((sentence) => make("p", { class: "error-line" }, icon("alert"), String(sentence)));
}

export class Drafts {
  constructor(section, changed) {
    this.dialog = one("dialog", section);
    this.list = one("[data-outbox-list]", section);
    this.changed = changed;
    this.dialog.addEventListener("close", () => this.list.replaceChildren());
    one("[data-outbox-open]", section).addEventListener("click", () => this.open());
    one("[data-outbox-now]", section).addEventListener("click", () => this.changed({ now: true }));
  }

  async open() {
    await this.show();
    openDialog(this.dialog);
    const lately = (await sent()).filter((row) => !row.seen && mine(row)).map((row) => row.key);
    if (lately.length) await seen(lately);
  }

  async show() {
    if (one(".draft-form", this.list)) return;
    const waiting = await items();
    const lately = (await sent()).filter(mine).reverse().slice(0, 5);
    const rows = [...waiting.map((item) => this.row(item)), ...lately.map((row) => this.sentRow(row))];
    this.list.replaceChildren(...(rows.length ? rows : [make("li", { class: "quiet" }, say("nothing"))]));
  }

  sentRow(row) {
    const title = row.url ? make("a", { href: row.url }, row.message || row.title) : row.message || row.title;
    return make("li", {}, make("div", { class: "row-apart" }, make("strong", {}, title), badge("done", say("state_sent"))), make("p", { class: "small quiet" }, moment(row.at)));
  }

  row(item) {
    const reason = item.state === "held" ? item.message : item.note;
    const row = make("li", {},
      make("div", { class: "row-apart" }, make("strong", {}, item.title), mine(item) ? stateOf(item) : null),
      make("p", { class: "small quiet" }, say("made_at", { when: moment(item.made_at) })),
      mine(item) ? facts(item) : make("p", { class: "small" }, say("other_account")),
    );
    if (reason && mine(item)) row.append(make("p", { class: "error-line mt" }, icon("alert"), reason));
    if (mine(item)) row.append(this.buttons(item, row));
    return row;
  }

  buttons(item, row) {
    const button = (words, kind, act) => make("button", { type: "button", class: `button ${kind}`, onclick: act }, words);
    const row_ = make("div", { class: "row mt" });
    const held = item.state === "held";
    row_.append(button(say("open"), held ? "button-primary" : "", () => this.mend(item, row)));
    if (held || old(item)) row_.append(button(say("send_again"), held ? "" : "button-primary", () => this.again(item.key)));
    if (item.page) row_.append(make("a", { class: "button", href: item.page }, say("to_page")));
    row_.append(button(say("discard"), "button-care", () => this.askDiscard(item, row_)));
    return row_;
  }

  askDiscard(item, place) {
    place.classList.add("draft-form");
    const keep = make("button", { type: "button", class: "button", onclick: () => { place.remove(); this.show(); } }, say("keep"));
    const go = make("button", { type: "button", class: "button button-care", onclick: () => this.discard(item.key) }, say("discard"));
    place.replaceChildren(make("p", {}, say("discard_sure")), go, keep);
    keep.focus();
  }

  async discard(key) {
    await drop(key);
    this.list.replaceChildren();
    await this.show();
    await this.changed({});
  }

  async again(key) {
    const item = await get(key);
    if (!item) return;
    await put({ ...item, state: "waiting", confirmed: true, tries: 0, next: 0, message: "", errors: {} });
    await this.changed({ now: true });
  }

  mend(item, row) {
    const fields = item.fields.map((field, place) => (["line", "lines", "choice"].includes(field.kind) && field.label ? control(field, place) : null));
    const form = make("form", { class: "draft-form mt", onsubmit: (event) => { event.preventDefault(); this.mended(item, form); } },
      ...errorsOf(item), ...fields,
      make("div", { class: "row mt" },
        make("button", { type: "submit", class: "button button-primary" }, say("save_send")),
        make("button", { type: "button", class: "button", onclick: () => { form.remove(); this.show(); } }, say("keep"))),
    );
    row.replaceChildren(make("strong", {}, item.title), form);
    const first = one("input, textarea, select", form);
    if (first) first.focus();
  }

  // A mended item is another message, so it gets another key, unless it may have arrived already (never answered): then a new
  // key could say the same thing twice, so only a refused item changes its key. It keeps the time of the first tap.
  async mended(item, form) {
    const fields = item.fields.map((field) => ({ ...field }));
    for (const input of all("[data-place]", form)) fields[Number(input.dataset.place)].value = input.value;
    const now = await get(item.key);
    form.remove();
    if (now) {
      const fresh = now.state === "held" || !now.tries ? nextKey() : now.key;
      await replace(now.key, { ...now, fields, key: fresh, state: "waiting", confirmed: true, tries: 0, next: 0, message: "", errors: {} });
    }
    await this.changed({ now: true });
  }

  close() {
    closeDialog(this.dialog);
  }
}
