// Where the patient writes: text, commands menu, reply keyboard, attachments; also editing and replying.

import { api } from "./api.js";
import { h, iconButton, moveFocus } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { preview } from "./store.js";

export class Composer {
  #chat;
  #screen;
  #data = { commands: [], keyboard: null };
  #mode = null; // {kind: "edit" | "reply", message}
  #file = null; // {kind: "photo" | "document", file, url}
  #sending = false;
  #keyboardHidden = false;

  // run(promise) reports a failure to the reader; lastOwn() is the message that arrow-up edits.
  constructor({ chat, screen, run, lastOwn, author }) {
    Object.assign(this, { run, lastOwn, author });
    this.#chat = chat;
    this.#screen = screen;
    this.input = h("textarea", { rows: "1", class: "input", "aria-label": "Message", enterkeyhint: "send", dir: "auto", autocomplete: "off",
      onkeydown: (event) => this.#key(event), oninput: () => this.#typed(), onpaste: (event) => this.#pasted(event) });
    this.menuButton = h("button", { type: "button", class: "menu-button", "aria-label": "Menu", "aria-expanded": "false", hidden: true,
      onclick: () => this.#toggleCommands() }, icon("menu", 18), h("span", {}, "Menu"));
    this.attach = iconButton(icon("attach"), "Attach a photo or document", () => this.#attachMenu(), { "aria-haspopup": "menu" });
    this.keyboardButton = iconButton(icon("keyboard"), "Show or hide the answer buttons", () => this.#toggleKeyboard(), { hidden: true });
    this.sendButton = h("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send" }, icon("send"));
    this.commands = h("div", { class: "commands", role: "group", "aria-label": "Commands", hidden: true, onkeydown: (event) => this.#commandKey(event) });
    this.context = h("div", { class: "context", hidden: true });
    this.keyboard = h("div", { class: "reply-keyboard", role: "group", "aria-label": "Answer buttons", hidden: true });
    this.photoInput = this.#picker("photo", "image/*");
    this.documentInput = this.#picker("document", "");
    this.element = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); this.#send(); } },
      this.commands, this.context, this.keyboard,
      h("div", { class: "line" }, this.menuButton, this.attach,
        h("div", { class: "field" }, this.input, this.keyboardButton), this.sendButton),
      this.photoInput, this.documentInput);
    addEventListener("pointerdown", ({ target }) => this.element.contains(target) || this.#closeCommands(), true);
    this.#resize();
  }

  draw(chat) {
    if (JSON.stringify(chat.keyboard) !== JSON.stringify(this.#data.keyboard)) this.#keyboardHidden = false;
    this.#data = { commands: chat.commands, keyboard: chat.keyboard };
    this.menuButton.hidden = chat.commands.length === 0;
    if (chat.commands.length === 0) this.#closeCommands();
    this.#drawKeyboard();
    this.#drawPlaceholder();
    if (this.#mode && !chat.messages.has(this.#mode.message.id)) this.#leave();
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  edit(message) {
    this.#enter({ kind: "edit", message });
    this.input.value = message.text || message.caption || "";
    this.#resize();
  }

  reply(message) {
    this.#enter({ kind: "reply", message });
  }

  #enter(mode) {
    this.#dropFile();
    this.#mode = mode;
    this.#drawContext();
    this.focus();
  }

  #leave() {
    if (this.#mode?.kind === "edit") this.input.value = "";
    this.#mode = null;
    this.#dropFile();
    this.#drawContext();
    this.#resize();
  }

  #drawContext() {
    const [mode, file] = [this.#mode, this.#file];
    this.context.hidden = !mode && !file;
    this.#drawPlaceholder();
    this.sendButton.setAttribute("aria-label", mode?.kind === "edit" ? "Save the change" : "Send");
    this.sendButton.replaceChildren(icon(mode?.kind === "edit" ? "check" : "send"));
    if (this.context.hidden) return this.context.replaceChildren();
    const title = file ? (file.kind === "photo" ? "Send a photo" : "Send a document")
      : mode.kind === "edit" ? "Edit message" : `Reply to ${mode.message.from === "me" ? "yourself" : this.author()}`;
    return this.context.replaceChildren(
      file?.url ? h("img", { class: "thumb", src: file.url, alt: "" }) : icon(file ? "file" : mode.kind, 20),
      h("div", { class: "context-words" }, h("strong", {}, title), h("span", { dir: "auto" }, file ? file.file.name : preview(mode.message))),
      iconButton(icon("close", 18), "Cancel", () => { this.#leave(); this.focus(); }));
  }

  #drawPlaceholder() {
    this.input.placeholder = this.#file ? "Caption" : this.#data.keyboard?.placeholder || "Message";
  }

  async #send() {
    const text = this.input.value.trim();
    if (this.#sending || (!text && !this.#file)) return;
    const [mode, file, chat] = [this.#mode, this.#file, this.#chat];
    this.#sending = true;
    this.sendButton.classList.add("busy");
    let request;
    if (file) request = api[file.kind](chat, file.file, text);
    else if (mode?.kind === "edit") request = api.edit(chat, mode.message.id, text);
    else request = api.text(chat, text, mode?.message.id);
    const done = await this.run(request);
    this.#sending = false;
    this.sendButton.classList.remove("busy");
    if (!done) return; // what was typed stays, to be sent again
    this.input.value = "";
    this.#leave();
    this.#closeCommands();
  }

  #key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "Escape" && (this.#mode || this.#file || !this.commands.hidden)) {
      event.stopPropagation();
      this.#closeCommands();
      this.#leave();
    } else if (event.key === "ArrowUp" && this.input.value === "" && !this.#mode) {
      const message = this.lastOwn();
      if (message) {
        event.preventDefault();
        this.edit(message);
      }
    } else if (event.key === "ArrowDown" && !this.commands.hidden) {
      event.preventDefault();
      this.commands.querySelector("button")?.focus();
    }
  }

  #typed() {
    this.#resize();
    const typed = this.input.value;
    if (/^\/\w*$/.test(typed) && this.#data.commands.length && !this.#mode) this.#openCommands(typed.slice(1));
    else if (!this.commands.hidden) this.#closeCommands();
  }

  #resize() {
    this.input.style.height = "auto";
    if (this.input.scrollHeight) this.input.style.height = `${this.input.scrollHeight}px`;
    this.element.classList.toggle("written", Boolean(this.input.value.trim()) || Boolean(this.#file));
  }

  // Commands

  #toggleCommands() {
    if (!this.commands.hidden) return this.#closeCommands();
    this.#openCommands("");
    return this.commands.querySelector("button")?.focus();
  }

  #openCommands(start) {
    const wanted = this.#data.commands.filter(({ command }) => command.startsWith(start.toLowerCase()));
    this.commands.hidden = wanted.length === 0;
    this.menuButton.setAttribute("aria-expanded", String(!this.commands.hidden));
    this.commands.replaceChildren(...wanted.map(({ command, description }) => h("button", { type: "button", onclick: () => this.#command(command) },
      h("span", { class: "command-description", dir: "auto" }, description), h("span", { class: "command-name" }, `/${command}`))));
  }

  #closeCommands() {
    this.commands.hidden = true;
    this.menuButton.setAttribute("aria-expanded", "false");
  }

  #commandKey(event) {
    moveFocus([...this.commands.querySelectorAll("button")], event);
    if (event.key === "Escape") {
      event.stopPropagation();
      this.#closeCommands();
      this.focus();
    }
  }

  async #command(command) {
    this.#closeCommands();
    if (this.input.value.startsWith("/")) this.input.value = "";
    this.#resize();
    this.focus();
    await this.run(api.text(this.#chat, `/${command}`));
  }

  // Reply keyboard

  #drawKeyboard() {
    const rows = this.#data.keyboard?.rows ?? [];
    this.keyboardButton.hidden = rows.length === 0;
    this.keyboard.hidden = rows.length === 0 || this.#keyboardHidden;
    this.keyboardButton.setAttribute("aria-expanded", String(!this.keyboard.hidden));
    this.keyboard.replaceChildren(...rows.map((row) => h("div", { class: "row" },
      ...row.map((text) => h("button", { type: "button", class: "key", dir: "auto", onclick: () => this.run(api.text(this.#chat, text)) }, text)))));
  }

  #toggleKeyboard() {
    this.#keyboardHidden = !this.#keyboardHidden;
    this.#drawKeyboard();
  }

  // Attachments

  #attachMenu() {
    openMenu(this.attach, this.#screen, [
      { icon: "photo", words: "Photo", act: () => this.photoInput.click() },
      { icon: "file", words: "Document", act: () => this.documentInput.click() },
    ], "Attach");
  }

  #picker(kind, accept) {
    return h("input", { type: "file", class: "picker", accept, tabindex: "-1", "aria-label": `Choose a ${kind}`, data: { kind }, onchange: (event) => {
      const [file] = event.target.files;
      event.target.value = "";
      if (file) this.#hold(kind, file);
    } });
  }

  #pasted(event) {
    const file = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/"));
    if (!file) return;
    event.preventDefault();
    this.#hold("photo", file);
  }

  #hold(kind, file) {
    this.#leave();
    this.#file = { kind, file, url: kind === "photo" ? URL.createObjectURL(file) : null };
    this.#drawContext();
    this.#resize();
    this.focus();
  }

  #dropFile() {
    if (this.#file?.url) URL.revokeObjectURL(this.#file.url);
    this.#file = null;
  }
}
