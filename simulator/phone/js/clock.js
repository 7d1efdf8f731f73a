// The clinic's clock: shows its time and plays it forward.

import { api } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { clinicTime } from "./times.js";

const STEPS = [["1h", "+1 h", "One hour on"], ["next_morning", "Next morning", "On to the next morning"]];

export class Clock {
  constructor(store, onProblem) {
    this.store = store;
    this.time = h("time", { class: "clock-time" });
    this.buttons = STEPS.map(([step, words, label]) => h("button", { type: "button", "aria-label": label,
      onclick: (event) => this.#advance(step, event.currentTarget, onProblem) }, words));
    this.status = h("span", { class: "unseen", role: "status" });
    this.element = h("section", { class: "clock", "aria-label": "Clinic time", hidden: true },
      h("div", { class: "clock-now" }, h("span", { class: "clock-label" }, "Clinic time"), this.time),
      h("div", { class: "clock-steps" }, ...this.buttons), this.status);
  }

  draw() {
    this.element.hidden = !this.store.clock;
    this.time.textContent = clinicTime(this.store.now(), this.store.zone);
    this.time.dateTime = new Date(this.store.now()).toISOString();
  }

  async #advance(step, pressed, onProblem) {
    if (this.element.hasAttribute("aria-busy")) return;
    this.element.setAttribute("aria-busy", "true");
    pressed.classList.add("busy");
    for (const button of this.buttons) button.setAttribute("aria-disabled", "true");
    this.status.textContent = "Time is passing";
    try {
      const { now } = await api.advance(step);
      this.store.apply({ type: "clock", now });
      this.status.textContent = `It is ${clinicTime(this.store.now(), this.store.zone)} now`;
    } catch (error) {
      onProblem(error.message);
    } finally {
      this.element.removeAttribute("aria-busy");
      pressed.classList.remove("busy");
      for (const button of this.buttons) button.removeAttribute("aria-disabled");
    }
  }
}

const THEMES = { system: "light", light: "dark", dark: "system" };
const THEME_ICONS = { system: "system", light: "sun", dark: "moon" };

// A button that goes round: as the system, light, dark.
export function themeButton() {
  const button = h("button", { type: "button", class: "icon-button" });
  const draw = () => {
    const theme = document.documentElement.dataset.theme ?? "system";
    button.replaceChildren(icon(THEME_ICONS[theme]));
    button.setAttribute("aria-label", `Colours: ${theme === "system" ? "as the system" : theme}. Change to ${THEMES[theme]}`);
    button.title = button.getAttribute("aria-label");
  };
  button.addEventListener("click", () => {
    const next = THEMES[document.documentElement.dataset.theme ?? "system"];
    if (next === "system") {
      delete document.documentElement.dataset.theme;
      localStorage.removeItem("theme");
    } else {
      document.documentElement.dataset.theme = next;
      localStorage.setItem("theme", next);
    }
    draw();
  });
  draw();
  return button;
}
