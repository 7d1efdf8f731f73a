// What pops up over a chat: a toast that goes by itself, an alert that waits for OK.

import { h } from "./dom.js";

const SHORTEST = 3500;
const PER_CHARACTER = 45;

export class Popups {
  #gone = null;

  constructor(screen) {
    this.screen = screen;
    this.toastPlace = h("div", { class: "toasts", role: "status" });
  }

  toast(text, { bad = false } = {}) {
    clearTimeout(this.#gone);
    this.toastPlace.replaceChildren(h("p", { class: bad ? "toast bad" : "toast", dir: "auto" }, text));
    this.#gone = setTimeout(() => this.toastPlace.replaceChildren(), SHORTEST + text.length * PER_CHARACTER);
  }

  alert(title, text) {
    const before = document.activeElement;
    const close = () => {
      veil.remove();
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
    const ok = h("button", { type: "button", class: "big", onclick: close }, "OK");
    const box = h("div", { class: "alert", role: "alertdialog", "aria-modal": "true", "aria-label": title },
      h("h3", {}, title), h("p", { dir: "auto" }, text), ok);
    const veil = h("div", { class: "veil", onkeydown: (event) => {
      if (event.key === "Escape") close();
      if (event.key === "Tab") event.preventDefault(); // OK is all there is to reach
    } }, box);
    this.screen.append(veil);
    ok.focus({ preventScroll: true });
  }
}
