// Message text with its entities as nodes. Offsets count UTF-16 units, as Telegram's do and JavaScript's strings.

import { h } from "./dom.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote",
  expandable_blockquote: "blockquote" };
const SAFE = /^(https?|mailto|tel|tg):/i;
export function textNodes(text, entities, on = {}) {
  const spans = (entities ?? []).map((entity) => ({ ...entity, end: entity.offset + entity.length }))
    .filter((span) => span.length > 0 && span.end <= text.length)
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  return nest(text, spans, 0, text.length, on);
}

function nest(text, spans, start, end, on) {
  const nodes = [];
  let at = start;
  let next = 0;
  while (next < spans.length) {
    const span = spans[next];
    next += 1;
    if (span.offset < at || span.end > end) continue; // Telegram never sends overlaps; if somebody does, the outer wins
    const inner = [];
    while (next < spans.length && spans[next].offset < span.end) inner.push(spans[next++]);
    if (span.offset > at) nodes.push(text.slice(at, span.offset));
    nodes.push(wrap(span, text.slice(span.offset, span.end), nest(text, inner, span.offset, span.end, on), on));
    at = span.end;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

function wrap(span, words, children, on) {
  if (TAGS[span.type]) return h(TAGS[span.type], {}, ...children);
  if (span.type === "bot_command")
    return h("button", { type: "button", class: "link", onclick: () => on.command?.(words) }, ...children);
  if (span.type === "spoiler")
    return h("button", { type: "button", class: "spoiler", "aria-label": "Hidden text, show",
      onclick: (event) => { event.currentTarget.classList.add("shown"); event.currentTarget.removeAttribute("aria-label"); } }, ...children);
  const url = { url: /^[a-z]+:/i.test(words) ? words : `https://${words}`, text_link: span.url, email: `mailto:${words}`,
    phone_number: `tel:${words.replace(/[^+\d]/g, "")}` }[span.type];
  return url ? link(url, children, on) : h("span", {}, ...children);
}

export function link(url, children, on = {}, props = {}) {
  if (!SAFE.test(url ?? "")) return h("span", props, ...children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", ...props,
    onclick: (event) => on.link?.(url) && event.preventDefault() }, ...children);
}
