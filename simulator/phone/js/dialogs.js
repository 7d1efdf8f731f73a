// Dialogs over the whole page: an enlarged picture, a new phone, an invite link.

import { h, iconButton } from "./dom.js";
import { icon } from "./icons.js";

const LANGUAGES = [["en", "English"], ["es", "Español"], ["ar", "العربية"], ["bn", "বাংলা"], ["de", "Deutsch"], ["fr", "Français"], ["hi", "हिन्दी"],
  ["it", "Italiano"], ["pl", "Polski"], ["pt-br", "Português (Brasil)"], ["ro", "Română"],
  ["ru", "Русский"], ["so", "Soomaali"], ["tr", "Türkçe"], ["uk", "Українська"], ["ur", "اردو"],
  ["zh-hans", "中文"]];
const PAYLOAD = /^[A-Za-z0-9_-]{1,64}$/;

function open(label, className, ...children) {
  const dialog = h("dialog", { class: className, "aria-label": label, onclose: () => dialog.remove(),
    onclick: (event) => event.target === dialog && dialog.close() }, ...children);
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function showPicture(message) {
  const dialog = open("Picture", "viewer",
    iconButton(icon("close", 24), "Close", () => dialog.close()),
    h("img", { src: message.photo, alt: message.caption || "Picture" }),
    message.caption && h("p", { dir: "auto" }, message.caption));
}

// The payload of a t.me link, of a link to this page, of a tg: link, or the bare token; null if it is none of these.
export function invitePayload(written) {
  const words = written.trim();
  let payload = words;
  try {
    payload = new URL(words).searchParams.get("start");
  } catch {
    const start = words.match(/[?&]start=([^&\s]+)/);
    if (start) payload = start[1];
  }
  return payload && PAYLOAD.test(payload) ? payload : null;
}

function newPhoneFields(given = {}) {
  const name = h("input", { name: "name", required: true, maxlength: "64", autocomplete: "off", value: given.name ?? "" });
  const language = h("select", { name: "language" }, ...LANGUAGES.map(([code, words]) => h("option", { value: code, lang: code }, words)));
  return { name, language, rows: [h("label", {}, "Name on Telegram", name), h("label", {}, "Language of the phone", language)] };
}

function form(title, words, action, rows, onsubmit) {
  const problem = h("p", { class: "problem", role: "alert" });
  const submit = h("button", { type: "submit", class: "big" }, action);
  const element = h("form", { method: "dialog", onsubmit: async (event) => {
    event.preventDefault();
    problem.textContent = "";
    submit.disabled = true;
    try {
      await onsubmit();
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
    } finally {
      submit.disabled = false;
    }
  } }, h("h2", {}, title), h("p", {}, words), ...rows, problem,
  h("div", { class: "actions" }, h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, "Cancel"), submit));
  const dialog = open(title, "card", element);
  return dialog;
}

export function askNewPhone(make) {
  const { name, language, rows } = newPhoneFields();
  form("New phone", "A new person with a Telegram account of their own, who has never met the bot.", "Get the phone", rows,
    () => make(name.value.trim(), language.value));
}

// use(chat | null, payload, name, language): chat is null for a new phone.
export function askInvite({ phones, payload = "", chat = null, use }) {
  const link = h("input", { name: "link", required: true, autocomplete: "off", spellcheck: "false", value: payload,
    placeholder: "https://t.me/…?start=…" });
  const who = h("select", { name: "phone" }, h("option", { value: "" }, "A new phone"),
    ...phones.map((phone) => h("option", { value: phone.chat_id }, `${phone.name}'s phone`)));
  who.value = phones.some(({ chat_id: id }) => id === chat) ? String(chat) : "";
  const { name, language, rows } = newPhoneFields();
  const fields = h("div", { class: "rows" }, ...rows);
  const show = () => {
    fields.hidden = who.value !== "";
    name.disabled = fields.hidden;
  };
  who.addEventListener("change", show);
  show();
  form("Open an invite link", "What happens when this person taps the link their clinic gave them.", "Open the link",
    [h("label", {}, "Link", link), h("label", {}, "Whose phone", who), fields], async () => {
      const found = invitePayload(link.value);
      if (!found) throw new Error("An invite link looks like https://t.me/name_of_the_bot?start=letters-and-digits.");
      await use(who.value ? Number(who.value) : null, found, name.value.trim(), language.value);
    });
}
