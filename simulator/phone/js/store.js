// What the page knows: the phones, the chats that were opened, and every change as an event.
//
// Changes: "phones" (list, bot, banner, clock), "chat" {chat_id, reason, message?}, "typing", "toast", "connection".

import { api } from "./api.js";

export class Store extends EventTarget {
  bot = null;
  banner = null;
  clock = false;
  zone = null;
  phones = new Map();
  chats = new Map();
  connected = false;
  #skew = 0;
  #held = new Map(); // chat -> events that came while its messages were being fetched
  #watched = () => false;

  // Which chats are before somebody's eyes (open and not locked): those have nothing unread.
  watchedBy(isWatched) {
    this.#watched = isWatched;
  }

  now() {
    return Date.now() + this.#skew;
  }

  zoneOf(chat) {
    return this.phones.get(chat)?.time_zone ?? this.zone;
  }

  on(type, listener) {
    this.addEventListener(type, (event) => listener(event.detail));
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  async refresh() {
    const state = await api.state();
    this.bot = state.bot;
    this.banner = state.banner;
    this.clock = state.clock;
    this.zone = state.time_zone ?? null;
    this.#setNow(state.now);
    this.phones = new Map(state.phones.map((phone) => [phone.chat_id, phone]));
    for (const { chat_id: chat, blocked } of this.phones.values()) {
      if (this.#watched(chat)) this.#read(chat);
      if (this.chats.has(chat) && this.chats.get(chat).blocked !== blocked) this.fetchChat(chat).catch(() => {});
    }
    this.tell("phones");
  }

  // Everything that may have been missed: the list and each chat ever opened here.
  async catchUp() {
    await this.refresh();
    await Promise.all([...this.chats.keys()].map((chat) => this.fetchChat(chat)));
  }

  async fetchChat(chat) {
    const held = [];
    this.#held.set(chat, [...(this.#held.get(chat) ?? []), held]);
    try {
      const { messages, commands, reply_keyboard: keyboard, blocked } = await api.chat(chat);
      const known = this.chats.get(chat)?.messages ?? new Map();
      const fresh = messages.filter((message) => !message.deleted).map((message) => [message.id, unchanged(known.get(message.id), message)]);
      this.chats.set(chat, { messages: new Map(fresh), commands: commands ?? [], keyboard: keyboard ?? null, blocked: Boolean(blocked) });
      const phone = this.phones.get(chat);
      if (phone) phone.blocked = Boolean(blocked);
    } finally {
      const waiting = this.#held.get(chat).filter((other) => other !== held);
      if (waiting.length) this.#held.set(chat, waiting);
      else this.#held.delete(chat);
    }
    this.tell("chat", { chat_id: chat, reason: "fetched" });
    for (const event of held) this.#inChat(event);
  }

  seen(chat) {
    if (!this.phones.get(chat)?.unread) return;
    this.#read(chat);
    this.tell("phones");
  }

  apply(event) {
    const chat = event.chat_id;
    if (event.type === "phones") return void this.refresh().catch(() => {});
    if (event.type === "clock") {
      this.#setNow(event.now);
      return this.tell("clock");
    }
    if (event.type === "typing" || event.type === "toast") return this.tell(event.type, event);
    this.#inList(event);
    for (const held of this.#held.get(chat) ?? []) held.push(event);
    this.#inChat(event);
  }

  #read(chat) {
    const phone = this.phones.get(chat);
    if (!phone.unread) return;
    phone.unread = 0;
    api.read(chat).catch(() => {}); // a badge too many is all that can come of it
  }

  #setNow(now) {
    this.#skew = new Date(now).getTime() - Date.now();
  }

  #inList({ type, chat_id: chat, message }) {
    const phone = this.phones.get(chat);
    if (!phone) return void this.refresh().catch(() => {});
    if (type !== "message" || this.chats.get(chat)?.messages.has(message.id)) return;
    phone.last = { text: preview(message), at: message.at };
    if (message.from === "bot") phone.unread = (phone.unread ?? 0) + 1;
    if (this.#watched(chat)) this.#read(chat);
    this.tell("phones");
  }

  #inChat(event) {
    const chat = this.chats.get(event.chat_id);
    if (!chat) return;
    const { type, message } = event;
    if ("reply_keyboard" in event) chat.keyboard = event.reply_keyboard;
    if ("commands" in event) chat.commands = event.commands ?? [];
    else if (type === "commands") return void this.fetchChat(event.chat_id).catch(() => {});
    if (type === "delete" || message?.deleted) chat.messages.delete(event.message_id ?? message?.id);
    else if (message) {
      const known = chat.messages.get(message.id);
      if (type === "edit" && !known) return; // older than what was fetched, or deleted since
      chat.messages.set(message.id, unchanged(known, message));
    }
    this.tell("chat", { chat_id: event.chat_id, reason: type, message });
  }
}

// The same object for the same content, so that the page redraws only what changed.
function unchanged(known, message) {
  return known && JSON.stringify(known) === JSON.stringify(message) ? known : message;
}

export function preview(message) {
  if (message.photo) return message.caption ? `Photo: ${message.caption}` : "Photo";
  if (message.document) return message.caption || message.document.file_name;
  return message.text ?? "";
}
