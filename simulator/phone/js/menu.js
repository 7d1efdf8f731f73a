// A small menu that opens beside what was pressed; arrow keys, Escape and a press elsewhere work as in any menu.

import { h, moveFocus } from "./dom.js";
import { icon } from "./icons.js";

let close = () => {};

// items: [{icon, words, act, danger?}]; `within` is the positioned element the menu must stay inside.
export function openMenu(anchor, within, items, label) {
  close();
  const buttons = items.map((item) => h("button", { type: "button", role: "menuitem", tabindex: "-1", class: item.danger ? "danger" : "",
    onclick: () => { close(); item.act(); } }, icon(item.icon, 18), item.words));
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, onkeydown: onKey }, ...buttons);

  function onKey(event) {
    moveFocus(buttons, event);
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  }
  function outside(event) {
    if (!menu.contains(event.target)) close(false);
  }
  close = (returnFocus = true) => {
    menu.remove();
    removeEventListener("pointerdown", outside, true);
    anchor.setAttribute("aria-expanded", "false");
    if (returnFocus && anchor.isConnected) anchor.focus({ preventScroll: true });
    close = () => {};
  };

  within.append(menu);
  place(menu, anchor, within);
  anchor.setAttribute("aria-expanded", "true");
  addEventListener("pointerdown", outside, true);
  buttons[0].focus({ preventScroll: true });
}

function place(menu, anchor, within) {
  const [box, from, size] = [within.getBoundingClientRect(), anchor.getBoundingClientRect(), menu.getBoundingClientRect()];
  const below = from.bottom - box.top + 4;
  const fits = below + size.height < box.height - 8;
  const top = fits ? below : Math.max(8, from.top - box.top - size.height - 4);
  const left = Math.min(Math.max(8, from.right - box.left - size.width), box.width - size.width - 8);
  menu.style.top = `${top}px`;
  menu.style.left = `${Math.max(8, left)}px`;
}
