// The list of people: who has a phone here, their last message, what they have not read.

import { avatar, h, iconButton, unseen } from "./dom.js";
import { icon } from "./icons.js";
import { shortTime } from "./times.js";

export class Rail {
  #rows = new Map();

  constructor(root, { store, clock, theme, onOpen, onBeside, onNewPhone, onInvite }) {
    Object.assign(this, { store, onOpen, onBeside });
    this.list = h("ul", { class: "people" });
    root.append(
      h("header", { class: "rail-head" }, h("h1", {}, "Phones"), h("span", { class: "space" }), theme,
        iconButton(icon("link"), "Open an invite link", onInvite), iconButton(icon("plus"), "New phone", onNewPhone)),
      clock, this.list);
  }

  // open: chats on the stage; locked(chat) -> bool; mayBeside: whether a second phone fits.
  draw({ open, locked, mayBeside }) {
    const { phones } = this.store;
    for (const [chat, row] of this.#rows) if (!phones.has(chat)) row.remove();
    this.#rows = new Map([...phones.values()].map((phone) => [phone.chat_id, this.#rows.get(phone.chat_id) ?? this.#row(phone)]));
    for (const [chat, row] of this.#rows) {
      this.#fill(row, phones.get(chat), { isOpen: open.includes(chat), isLocked: locked(chat), mayBeside });
      if (!row.isConnected) this.list.append(row);
    }
  }

  #row({ chat_id: chat, name }) {
    return h("li", { class: "person-row", data: { chat } },
      h("button", { type: "button", class: "person", onclick: (event) => (event.ctrlKey || event.metaKey ? this.onBeside(chat) : this.onOpen(chat)) },
        avatar(name, chat), h("span", { class: "person-words" })),
      iconButton(icon("columns", 18), `Open ${name}'s phone beside the others`, () => this.onBeside(chat), { class: "icon-button beside" }));
  }

  #fill(row, phone, { isOpen, isLocked, mayBeside }) {
    const now = this.store.now();
    const { last, unread, name, language_code: language, blocked } = phone;
    const signature = JSON.stringify([last, unread, name, language, blocked, isOpen, isLocked, mayBeside, last && shortTime(last.at, now, this.store.zoneOf(phone.chat_id))]);
    if (row.dataset.drawn === signature) return;
    row.dataset.drawn = signature;
    row.classList.toggle("is-open", isOpen);
    const person = row.querySelector(".person");
    if (isOpen) person.setAttribute("aria-current", "true");
    else person.removeAttribute("aria-current");
    row.querySelector(".beside").hidden = isOpen || !mayBeside;
    row.querySelector(".person-words").replaceChildren(
      h("span", { class: "person-top" }, h("span", { class: "person-name", dir: "auto" }, name), h("span", { class: "language" }, language),
        h("span", { class: "space" }), last && h("time", { datetime: last.at }, shortTime(last.at, now, this.store.zoneOf(phone.chat_id)))),
      h("span", { class: "person-bottom" }, h("span", { class: "person-last", dir: "auto" }, last?.text || (last ? "Message" : "No messages yet")),
        isLocked && h("span", { class: "mark" }, icon("lock", 14), unseen("phone locked")),
        blocked && h("span", { class: "mark" }, icon("block", 14), unseen("has blocked the bot")),
        unread > 0 && h("span", { class: "badge" }, String(unread), unseen(" unread"))));
  }
}
