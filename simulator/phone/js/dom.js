// Making elements. Text always goes in as text nodes: what people type is never read as HTML.

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (value === true) node.setAttribute(name, "");
    else node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function iconButton(icon, label, onclick, props = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props }, icon);
}

export function unseen(text) {
  return h("span", { class: "unseen" }, text);
}

// A round initial in a quiet colour of its own, the same one for the same id.
export function avatar(name, id, kind = "") {
  const hue = Math.abs(Number(id) || 0) * 137.5 % 360;
  const node = h("span", { class: `avatar ${kind}`, "aria-hidden": "true" }, [...(name.trim() || "?")][0].toUpperCase());
  node.style.setProperty("--hue", hue.toFixed(0));
  return node;
}

export function moveFocus(items, event, keys = ["ArrowDown", "ArrowUp"]) {
  const step = { [keys[0]]: 1, [keys[1]]: -1 }[event.key];
  if (step === undefined || items.length === 0) return;
  event.preventDefault();
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length].focus();
}
