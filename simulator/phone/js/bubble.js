// One message as a bubble: text, picture, video, document, quote, time, and the inline keyboard under it.

import { h, unseen } from "./dom.js";
import { link, textNodes } from "./entities.js";
import { icon } from "./icons.js";
import { clockTime, fullTime } from "./times.js";

const LONG_PRESS = 500;

// on: {actions(message, element), tap(message, row, column, button), picture(message), command(text), link(url) -> taken?}
export function bubble(message, { on, zone, author }) {
  const body = h("div", { class: "bubble" },
    unseen(message.from === "me" ? "You: " : `${author}: `),
    quote(message, author),
    picture(message, on),
    video(message),
    file(message),
    words(message, on),
    meta(message, zone),
    moreButton(message, on));
  const node = h("article", { class: `message from-${message.from}`, data: { id: message.id } }, body, keyboard(message, on));
  longPress(body, () => on.actions(message, body.querySelector(".more-actions")));
  return node;
}

function words(message, on) {
  const text = message.text || message.caption;
  if (!text) return null;
  return h("div", { class: "words", dir: "auto" }, ...textNodes(text, message.entities, on));
}

function meta(message, zone) {
  return h("span", { class: "meta" },
    message.edited_at && h("span", { class: "edited", title: fullTime(message.edited_at, zone) }, "edited "),
    h("time", { datetime: message.at, title: fullTime(message.at, zone) }, clockTime(message.at, zone)));
}

function quote(message, author) {
  const quoted = message.reply_to;
  if (!quoted) return null;
  return h("div", { class: "quote" },
    h("strong", {}, quoted.from === "me" ? "You" : author),
    h("span", { dir: "auto" }, quoted.text || "Picture or file"));
}

function picture(message, on) {
  if (!message.photo) return null;
  const words = message.caption ? `Picture: ${message.caption}` : "Picture";
  const image = h("img", { src: message.photo, alt: words, loading: "lazy" });
  image.addEventListener("error", () => image.closest("button")?.classList.add("missing"));
  return h("button", { type: "button", class: "picture", "aria-label": `${words}. Enlarge`, onclick: () => on.picture(message) }, image);
}

function video(message) {
  if (!message.video) return null;
  const words = message.caption ? `Video: ${message.caption}` : "Video";
  return h("video", { src: message.video, controls: true, preload: "metadata", "aria-label": words });
}

function file(message) {
  const document = message.document;
  if (!document) return null;
  return h("a", { class: "file", href: document.url, download: document.file_name ?? "file" },
    h("span", { class: "file-icon" }, icon("file", 22)),
    h("span", { class: "file-words" },
      h("span", { class: "file-name", dir: "auto" }, document.file_name ?? "Document"),
      h("span", { class: "file-kind" }, icon("download", 14), kind(document))));
}

function kind({ mime, file_name: name = "" }) {
  const ending = name.includes(".") ? name.split(".").pop().toUpperCase() : "";
  return ending.length > 0 && ending.length <= 5 ? `Download ${ending}` : `Download ${mime ?? ""}`;
}

function keyboard(message, on) {
  if (!message.buttons?.length) return null;
  return h("div", { class: "keys", role: "group", "aria-label": "Choices" },
    ...message.buttons.map((row, rowIndex) => h("div", { class: "row" },
      ...row.map((button, column) => key(message, button, rowIndex, column, on)))));
}

function key(message, button, row, column, on) {
  const style = ["primary", "success", "danger"].includes(button.style) ? button.style : "";
  const label = h("span", { class: "key-words", dir: "auto" }, button.text);
  if (button.url) return link(button.url, [label, icon("outside", 13)], on, { class: `key ${style}` });
  return h("button", { type: "button", class: `key ${style}`, data: { row, column },
    onclick: (event) => on.tap(message, row, column, event.currentTarget) }, label);
}

function moreButton(message, on) {
  return h("button", { type: "button", class: "more-actions", "aria-label": "Reply, copy, edit", "aria-haspopup": "menu",
    onclick: (event) => on.actions(message, event.currentTarget) }, icon("down", 16));
}

function longPress(node, act) {
  let timer = null;
  const stop = () => clearTimeout(timer);
  node.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a") || getSelection()?.toString()) return; // the browser's own menu is the useful one there
    event.preventDefault();
    stop();
    act();
  });
  node.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse") timer = setTimeout(act, LONG_PRESS);
  });
  for (const type of ["pointerup", "pointermove", "pointercancel"]) node.addEventListener(type, stop);
}
