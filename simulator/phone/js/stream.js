// The messages of one chat: days, groups, edits in place, and a scroll position that never jumps under a reader.

import { bubble } from "./bubble.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { dayKey, dayName } from "./times.js";

const PAGE = 120; // messages drawn at once; older ones come as the reader scrolls up
const TOGETHER = 5 * 60_000; // messages of one sender this close stand as one group
const NEAR = 48;

export class Stream {
  #list = h("div", { class: "messages" });
  #nodes = new Map(); // message id -> {message, node}
  #days = new Map();
  #shown = PAGE;
  #known = null; // newest message id at the last drawing
  #unread = 0;
  #stuck = true;
  #top = 0;
  #messages = [];

  constructor({ on, zone, now, author, label }) {
    Object.assign(this, { on, zone, now, author });
    this.scroller = h("div", { class: "stream", tabindex: "0", role: "region", "aria-label": label }, this.#list);
    this.pill = h("button", { type: "button", class: "pill", hidden: true, onclick: () => this.toBottom() });
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const size = new ResizeObserver(() => this.#stuck && this.#pin());
    size.observe(this.scroller);
    size.observe(this.#list);
  }

  get elements() {
    return [this.scroller, this.pill];
  }

  // Draws the messages as they are now; nodes of unchanged messages stay where they are.
  draw(messages, { watched = true } = {}) {
    this.#messages = messages;
    const newest = messages.at(-1);
    const fresh = this.#known === null ? [] : messages.filter((message) => message.id > this.#known);
    if (this.#known !== null && !this.#stuck) this.#shown += fresh.length;
    if (fresh.some((message) => message.from === "me")) this.#stuck = true;
    else if (!this.#stuck && watched) this.#unread += fresh.length;
    this.#known = Math.max(this.#known ?? 0, newest?.id ?? 0);
    this.#keepingPlace(() => this.#place(this.#children(messages.slice(-this.#shown), new Set(fresh.map(({ id }) => id)))));
    if (this.#stuck) this.#pin();
    this.#drawPill();
  }

  toBottom() {
    this.#stuck = true;
    this.#unread = 0;
    this.#pin();
    this.#drawPill();
  }

  node(id) {
    return this.#nodes.get(id)?.node ?? null;
  }

  #children(messages, fresh) {
    const wanted = [];
    const kept = new Map();
    const days = new Map();
    messages.forEach((message, index) => {
      const day = dayKey(message.at, this.zone());
      const [before, after] = [messages[index - 1], messages[index + 1]];
      if (!before || dayKey(before.at, this.zone()) !== day) {
        const separator = this.#days.get(day) ?? h("div", { class: "day", role: "separator" }, h("span"));
        separator.firstChild.textContent = dayName(message.at, this.now(), this.zone());
        days.set(day, separator);
        wanted.push(separator);
      }
      const entry = this.#entry(message, fresh.has(message.id));
      kept.set(message.id, entry);
      entry.node.classList.toggle("joined", together(before, message, this.zone()));
      entry.node.classList.toggle("last", !together(message, after, this.zone()));
      wanted.push(entry.node);
    });
    this.#nodes = kept;
    this.#days = days;
    return wanted;
  }

  #entry(message, isNew) {
    const entry = this.#nodes.get(message.id);
    if (entry?.message === message) return entry;
    const node = bubble(message, { on: this.on, zone: this.zone(), author: this.author() });
    if (isNew) node.classList.add("arriving");
    else if (entry) node.classList.add("changed");
    const focused = entry && keyPath(entry.node, document.activeElement);
    if (entry) {
      entry.node.replaceWith(node);
      if (focused) (node.querySelector(focused) ?? this.scroller).focus({ preventScroll: true });
    }
    return { message, node };
  }

  #place(wanted) {
    const keep = new Set(wanted);
    for (const child of [...this.#list.children]) if (!keep.has(child)) child.remove();
    let at = this.#list.firstChild;
    for (const node of wanted) {
      if (node === at) at = at.nextSibling;
      else this.#list.insertBefore(node, at);
    }
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (clientHeight === 0) return;
    // Only a move upwards is a reader leaving the newest message; the frame may shrink by itself.
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.#stuck = true;
    else if (scrollTop < this.#top) this.#stuck = false;
    this.#top = scrollTop;
    if (this.#stuck) this.#unread = 0;
    this.#drawPill();
    if (scrollTop < 200 && this.#shown < this.#messages.length) this.#older();
  }

  #older() {
    this.#shown += PAGE;
    this.#keepingPlace(() => this.#place(this.#children(this.#messages.slice(-this.#shown), new Set())));
  }

  // Whatever is added or grows above, what the reader looks at stays where it is.
  #keepingPlace(change) {
    const top = this.scroller.getBoundingClientRect().top;
    const seen = [...this.#nodes].find(([, { node }]) => node.getBoundingClientRect().bottom > top);
    const before = seen?.[1].node.getBoundingClientRect().top;
    change();
    const after = seen && this.#nodes.get(seen[0])?.node.getBoundingClientRect().top;
    if (after !== undefined && after !== before) this.scroller.scrollTop += after - before;
  }

  #pin() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#top = this.scroller.scrollTop;
  }

  #drawPill() {
    this.pill.hidden = this.#stuck;
    const words = this.#unread ? `${this.#unread} new` : "";
    this.pill.replaceChildren(...(words ? [words] : []), icon("down", 16));
    this.pill.setAttribute("aria-label", words ? `${words}, go to the newest message` : "Go to the newest message");
  }
}

function together(before, after, zone) {
  return Boolean(before && after) && before.from === after.from && new Date(after.at) - new Date(before.at) < TOGETHER
    && !before.buttons?.length && dayKey(before.at, zone) === dayKey(after.at, zone);
}

// Where the focus was inside a message, so that an edit in place does not drop it.
function keyPath(node, focused) {
  if (!node.contains(focused)) return null;
  const { row, column } = focused.dataset;
  return row === undefined ? ".more-actions" : `.key[data-row="${row}"][data-column="${column}"]`;
}
