// One person's phone: the device, its chat with the bot, its lock screen, and what pops up over them.

import { api } from "./api.js";
import { Composer } from "./composer.js";
import { showPicture } from "./dialogs.js";
import { avatar, h, iconButton } from "./dom.js";
import { icon } from "./icons.js";
import { LockScreen } from "./lock.js";
import { openMenu } from "./menu.js";
import { Popups } from "./popups.js";
import { Stream } from "./stream.js";
import { clockTime } from "./times.js";

const TYPING = 5500; // Telegram shows "typing" for five seconds a time
const ANSWER_WAIT = 15_000; // and the spinner on a button for about this long

export class Phone {
  #payload = null; // of an invite link that was opened and waits for Start
  #typing = null;
  #loaded = false;

  constructor({ chat, store, onClose, onBack, onLock, onFocus }) {
    Object.assign(this, { chat, store });
    const zone = () => store.zoneOf(chat);
    const now = () => store.now();
    const author = () => store.bot.first_name;
    this.screen = h("div", { class: "screen" });
    this.popups = new Popups(this.screen);
    this.stream = new Stream({ zone, now, author, label: `Messages of ${this.person.name}`, on: {
      actions: (message, anchor) => this.#messageMenu(message, anchor),
      tap: (message, row, column, button) => this.#tap(message, row, column, button),
      picture: (message) => showPicture(message),
      command: (text) => this.run(api.text(chat, text)),
      link: (url) => this.#openLink(url),
    } });
    this.composer = new Composer({ chat, screen: this.screen, author, run: (request) => this.run(request),
      lastOwn: () => [...(this.#data?.messages.values() ?? [])].filter(editable).at(-1) });
    this.lock = new LockScreen({ bot: () => store.bot, zone, now, unlock: () => this.setLocked(false) });
    this.onLock = onLock;
    this.#build({ onClose, onBack, onFocus });
  }

  get person() {
    return this.store.phones.get(this.chat);
  }

  get locked() {
    return this.lock.shown;
  }

  get #data() {
    return this.store.chats.get(this.chat);
  }

  #build({ onClose, onBack, onFocus }) {
    const { bot } = this.store;
    this.subtitle = h("span", { class: "subtitle" });
    this.menuButton = iconButton(icon("more"), "Chat menu", () => this.#chatMenu(), { "aria-haspopup": "menu" });
    this.bar = h("div", { class: "start-bar", hidden: true });
    this.empty = h("div", { class: "empty", hidden: true }, avatar(bot.first_name, bot.id, "large bot"),
      h("p", { class: "empty-name" }, bot.first_name), h("p", {}, "No messages here yet. Press Start to say hello."));
    this.body = h("div", { class: "chat" },
      h("header", { class: "chat-head" }, avatar(bot.first_name, bot.id, "bot"),
        h("div", { class: "chat-title" }, h("h3", {}, bot.first_name), this.subtitle), this.menuButton),
      h("div", { class: "stream-frame" }, ...this.stream.elements, this.empty, this.popups.toastPlace),
      this.bar, this.composer.element);
    this.barTime = h("span", { class: "bar-time" });
    this.screen.append(h("div", { class: "status-bar", "aria-hidden": "true" }, this.barTime, h("span", { class: "camera" }), h("span", { class: "signals" },
      h("span", { class: "signal" }), h("span", { class: "battery" }))), this.body, this.lock.element);
    this.lockButton = iconButton(icon("lock", 18), "Lock the phone", () => this.setLocked(!this.locked), { "aria-pressed": "false" });
    this.element = h("section", { class: "phone", "aria-label": `${this.person.name}'s phone`, data: { chat: this.chat }, onfocusin: onFocus, onpointerdown: onFocus },
      h("header", { class: "tag" }, iconButton(icon("back"), "Back to the list of people", onBack, { class: "icon-button back" }), h("h2", { dir: "auto" }, this.person.name), h("span", { class: "language" }, this.person.language_code),
        h("span", { class: "space" }), this.lockButton,
        iconButton(icon("close", 18), `Put ${this.person.name}'s phone away`, onClose, { class: "icon-button put-away" })),
      h("div", { class: "device" }, this.screen));
    this.tick();
  }

  async load() {
    this.body.setAttribute("aria-busy", "true");
    if (this.#data) this.draw();
    else await this.run(this.store.fetchChat(this.chat));
    this.body.removeAttribute("aria-busy");
  }

  // One request on the patient's behalf; a refusal is shown on the phone and answers false.
  async run(request) {
    try {
      await request;
      if (!this.store.connected) await this.store.fetchChat(this.chat);
      return true;
    } catch (error) {
      this.popups.toast(error.message, { bad: true });
      return false;
    }
  }

  draw({ reason, message } = {}) {
    const chat = this.#data;
    if (!chat) return;
    const messages = [...chat.messages.values()].sort((a, b) => a.id - b.id);
    this.#loaded = true;
    this.stream.draw(messages, { watched: !this.locked });
    this.composer.draw(chat);
    this.empty.hidden = messages.length > 0;
    this.#drawBar(chat, messages.length === 0);
    if (message?.from === "bot") this.#heard(reason, message);
    this.#drawSubtitle();
  }

  #heard(reason, message) {
    if (reason === "message") this.#stopTyping();
    if (!this.locked) return;
    if (reason === "message") this.lock.notify(message);
    else if (reason === "edit") this.lock.amend(message);
    else if (reason === "delete") this.lock.withdraw(message.id);
  }

  // What stands in the composer's place: Start, or Unblock.
  #drawBar(chat, isEmpty) {
    const start = isEmpty || this.#payload !== null;
    const words = chat.blocked && this.#payload === null ? "Unblock" : start ? "Start" : null;
    this.bar.hidden = words === null;
    this.composer.element.hidden = words !== null;
    if (words === this.bar.dataset.words && Boolean(this.#payload) === (this.bar.children.length > 1)) return;
    this.bar.dataset.words = words ?? "";
    const act = words === "Unblock" ? () => this.run(api.unblock(this.chat)).then((done) => done && this.store.fetchChat(this.chat)) : () => this.#start();
    this.bar.replaceChildren(h("button", { type: "button", class: "big", onclick: act }, words ?? ""),
      ...(this.#payload && !isEmpty ? [iconButton(icon("close", 18), "Not now", () => this.offerStart(null))] : []));
  }

  offerStart(payload) {
    this.#payload = payload;
    this.draw();
    if (payload !== null) this.bar.querySelector("button")?.focus({ preventScroll: true });
    else this.composer.focus();
  }

  async #start() {
    const wasBlocked = this.#data.blocked;
    if (!(await this.run(api.start(this.chat, this.#payload)))) return;
    this.#payload = null;
    if (wasBlocked) await this.store.fetchChat(this.chat);
    this.draw();
    this.composer.focus();
  }

  #openLink(url) {
    const { host, pathname, searchParams } = new URL(url);
    if (host !== "t.me" || pathname.slice(1).toLowerCase() !== this.store.bot.username.toLowerCase()) return false;
    this.offerStart(searchParams.get("start") ?? "");
    return true;
  }

  async #tap(message, row, column, button) {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    setTimeout(() => button.removeAttribute("aria-busy"), ANSWER_WAIT);
    if (!(await this.run(api.tap(this.chat, message.id, row, column)))) button.removeAttribute("aria-busy");
  }

  // The bot answered a tap: the spinner ends, with or without words.
  answered({ text, show_alert: isAlert }) {
    for (const button of this.screen.querySelectorAll(".key[aria-busy]")) button.removeAttribute("aria-busy");
    if (text && isAlert) this.popups.alert(this.store.bot.first_name, text);
    else if (text) this.popups.toast(text);
  }

  typing() {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#stopTyping(), TYPING);
    this.#drawSubtitle();
  }

  #stopTyping() {
    clearTimeout(this.#typing);
    this.#typing = null;
    this.#drawSubtitle();
  }

  #drawSubtitle() {
    const words = this.#typing ? "typing" : this.#data?.blocked ? "blocked" : "bot";
    if (this.subtitle.textContent === words) return;
    this.subtitle.classList.toggle("typing", Boolean(this.#typing));
    this.subtitle.replaceChildren(words, ...(this.#typing ? [h("span", { class: "dots", "aria-hidden": "true" })] : []));
  }

  setLocked(locked) {
    this.body.inert = locked;
    if (locked) this.lock.show();
    else {
      this.lock.hide();
      this.stream.toBottom();
      this.composer.focus();
    }
    this.element.classList.toggle("is-locked", locked);
    this.lockButton.setAttribute("aria-pressed", String(locked));
    this.lockButton.setAttribute("aria-label", locked ? "Unlock the phone" : "Lock the phone");
    this.lockButton.title = this.lockButton.getAttribute("aria-label");
    this.lockButton.replaceChildren(icon(locked ? "unlock" : "lock", 18));
    this.onLock();
  }

  tick() {
    this.barTime.textContent = clockTime(this.store.now(), this.store.zoneOf(this.chat));
    if (this.locked) this.lock.tick();
  }

  #chatMenu() {
    const blocked = this.#data?.blocked;
    openMenu(this.menuButton, this.screen, [
      { icon: "lock", words: "Lock the phone", act: () => this.setLocked(true) },
      blocked ? { icon: "unlock", words: "Unblock the bot", act: () => this.#setBlocked(false) }
        : { icon: "block", words: "Block the bot", danger: true, act: () => this.#setBlocked(true) },
    ], "Chat menu");
  }

  async #setBlocked(blocked) {
    if (await this.run(blocked ? api.block(this.chat) : api.unblock(this.chat))) await this.store.catchUp();
  }

  #messageMenu(message, anchor) {
    const text = message.text || message.caption;
    openMenu(anchor, this.screen, [
      { icon: "reply", words: "Reply", act: () => this.composer.reply(message) },
      ...(text ? [{ icon: "copy", words: "Copy text", act: () => navigator.clipboard?.writeText(text) }] : []),
      ...(editable(message) ? [{ icon: "edit", words: "Edit", act: () => this.composer.edit(message) }] : []),
    ], "Message");
  }
}

const editable = (message) => message.from === "me" && Boolean(message.text || message.caption);
