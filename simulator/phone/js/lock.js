// The lock screen: the time, and what a bystander could read of each new message.

import { avatar, h } from "./dom.js";
import { icon } from "./icons.js";
import { preview } from "./store.js";
import { clockTime, longDay } from "./times.js";

const MOST = 5;

export class LockScreen {
  #messages = [];

  constructor({ bot, zone, now, unlock }) {
    Object.assign(this, { bot, zone, now });
    this.time = h("p", { class: "lock-time" });
    this.day = h("p", { class: "lock-day" });
    this.list = h("div", { class: "notifications", role: "list", "aria-label": "Notifications" });
    this.element = h("div", { class: "lock", hidden: true, role: "region", "aria-label": "Lock screen" },
      h("div", { class: "lock-face" }, icon("lock", 18), this.time, this.day), this.list,
      h("button", { type: "button", class: "unlock", onclick: unlock }, "Open the phone"));
    this.unlock = unlock;
  }

  show() {
    this.element.hidden = false;
    this.tick();
    this.#draw();
    this.element.querySelector(".unlock").focus({ preventScroll: true });
  }

  hide() {
    this.element.hidden = true;
    this.#messages = [];
    this.#draw();
  }

  get shown() {
    return !this.element.hidden;
  }

  notify(message) {
    this.#messages = [message, ...this.#messages.filter(({ id }) => id !== message.id)];
    this.#draw();
  }

  // An edit or a deletion changes the notification too, as on a real phone.
  amend(message) {
    this.#messages = this.#messages.map((old) => (old.id === message.id ? message : old));
    this.#draw();
  }

  withdraw(id) {
    this.#messages = this.#messages.filter((message) => message.id !== id);
    this.#draw();
  }

  tick() {
    this.time.textContent = clockTime(this.now(), this.zone());
    this.day.textContent = longDay(this.now(), this.zone());
  }

  #draw() {
    const { first_name: name, id } = this.bot();
    const more = this.#messages.length - MOST;
    this.list.replaceChildren(...this.#messages.slice(0, MOST).map((message) => h("div", { role: "listitem" },
      h("button", { type: "button", class: "notification", onclick: this.unlock },
        avatar(name, id, "small bot"),
        h("span", { class: "notification-words" },
          h("span", { class: "notification-head" }, h("strong", {}, name), h("time", {}, clockTime(message.at, this.zone()))),
          h("span", { class: "notification-text", dir: "auto" }, preview(message)))))),
      ...(more > 0 ? [h("p", { class: "notification-more" }, `and ${more} more`)] : []));
  }
}
