// The page: people at the left, the open phones side by side, everything kept true by one live stream.

import { api } from "./api.js";
import { Clock, themeButton } from "./clock.js";
import { askInvite, askNewPhone } from "./dialogs.js";
import { h } from "./dom.js";
import { listen } from "./events.js";
import { Phone } from "./phone.js";
import { Rail } from "./rail.js";
import { preview, Store } from "./store.js";

const WIDTH = 25; // rem a phone needs on the stage, its gap included
const SIDE_BY_SIDE = 48; // rem from which list and phone stand side by side, as in the style sheets
const SPOKEN = 30; // lines kept for screen readers

const $ = (id) => document.getElementById(id);
const [shell, stage, announcer] = [$("shell"), $("stage"), $("announcer")];
const store = new Store();
const phones = new Map(); // chat -> Phone, once made kept: a phone put away keeps its lock and its draft
let open = []; // chats on the stage, left to right
let active = null;
const clock = new Clock(store, say);
const rail = new Rail($("rail"), { store, clock: clock.element, theme: themeButton(), onOpen: openPhone, onBeside: openBeside,
  onNewPhone: () => askNewPhone(async (name, language) => openPhone(await newPhone(name, language))),
  onInvite: () => askInvite({ phones: [...store.phones.values()], use: useInvite }) });

store.watchedBy((chat) => open.includes(chat) && !phones.get(chat)?.locked && onStage());

const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
const isNarrow = () => shell.clientWidth < SIDE_BY_SIDE * rem();
const onStage = () => !isNarrow() || shell.dataset.view === "phone"; // else the list hides it

function room() {
  return isNarrow() ? 1 : Math.max(1, Math.min(3, Math.floor(stage.clientWidth / (WIDTH * rem()))));
}

function phoneOf(chat) {
  if (!phones.has(chat)) {
    const phone = new Phone({ chat, store, onClose: () => putAway(chat), onBack: showList, onLock: drawRail, onFocus: () => { active = chat; } });
    phones.set(chat, phone);
    phone.load();
  }
  return phones.get(chat);
}

function openPhone(chat) {
  if (!open.includes(chat)) {
    const at = open.indexOf(active);
    open = open.length < 1 ? [chat] : open.with(Math.max(at, 0), chat);
  }
  show(chat);
}

function openBeside(chat) {
  if (!open.includes(chat)) open = [...open, chat].slice(-room());
  show(chat);
}

function show(chat) {
  active = chat;
  shell.dataset.view = "phone";
  layOut();
  const phone = phoneOf(chat);
  phone.stream.toBottom();
  if (phone.locked) phone.lock.element.querySelector("button").focus({ preventScroll: true });
  else if (!phone.composer.element.hidden && matchMedia("(hover: hover)").matches) phone.composer.focus();
  else phone.element.querySelector(".chat-head button").focus({ preventScroll: true });
}

function putAway(chat) {
  open = open.filter((other) => other !== chat);
  active = open.at(-1) ?? null;
  layOut();
  $("rail").querySelector(`[data-chat="${chat}"] .person`)?.focus();
}

function showList() {
  shell.dataset.view = "list";
  layOut();
  $("rail").querySelector(`[data-chat="${active}"] .person`)?.focus();
}

// Phones that no longer fit go from the left, except the one in use.
function layOut() {
  while (open.length > room()) open = open.filter((chat) => chat !== open.find((other) => other !== active));
  const wanted = open.map((chat) => phoneOf(chat).element);
  for (const child of [...stage.children]) if (!wanted.includes(child)) child.remove();
  wanted.forEach((element, index) => stage.children[index] !== element && stage.insertBefore(element, stage.children[index] ?? null));
  if (wanted.length === 0) stage.append(h("p", { class: "nobody" }, "Choose a person to hold their phone."));
  sessionStorage.setItem("open", JSON.stringify(open));
  drawRail();
}

function drawRail() {
  for (const chat of open) if (!phones.get(chat)?.locked && onStage()) store.seen(chat);
  rail.draw({ open: isNarrow() ? [] : open, locked: (chat) => Boolean(phones.get(chat)?.locked), mayBeside: room() > 1 });
}

async function newPhone(name, language) {
  const { chat_id: chat } = await api.newPhone(name, language);
  await store.refresh();
  return chat;
}

async function useInvite(chat, payload, name, language) {
  const holder = chat ?? await newPhone(name, language);
  openPhone(holder);
  if (!store.chats.has(holder)) await store.fetchChat(holder);
  phoneOf(holder).offerStart(payload);
}

function say(problem) {
  const phone = phones.get(active) ?? phones.get(open[0]);
  if (phone) phone.popups.toast(problem, { bad: true });
  else $("offline").textContent = problem;
}

function announce({ chat_id: chat, reason, message }) {
  if (message?.from !== "bot" || !open.includes(chat) || !["message", "edit"].includes(reason)) return;
  const { name } = store.phones.get(chat);
  announcer.append(h("p", { dir: "auto" }, `${store.bot.first_name} to ${name}${reason === "edit" ? ", edited" : ""}: ${preview(message)}`));
  while (announcer.children.length > SPOKEN) announcer.firstChild.remove();
}

function followLink() {
  const query = new URLSearchParams(location.search);
  const [payload, wanted] = [query.get("start"), query.get("phone")];
  if (payload === null && wanted === null) return;
  history.replaceState(null, "", location.pathname);
  const chat = store.phones.has(Number(wanted)) ? Number(wanted) : null;
  if (payload === null) {
    if (chat !== null) openPhone(chat);
  } else if (chat !== null) useInvite(chat, payload);
  else askInvite({ phones: [...store.phones.values()], payload, use: useInvite });
}

function openWhatWasOpen() {
  const kept = JSON.parse(sessionStorage.getItem("open") ?? "[]").filter((chat) => store.phones.has(chat));
  open = kept.length || isNarrow() ? kept : [...store.phones.keys()].slice(0, Math.min(2, room()));
  active = open[0] ?? null;
  if (!isNarrow()) shell.dataset.view = "phone";
  layOut();
}

store.on("phones", () => {
  $("banner").textContent = store.banner ?? "";
  $("banner").hidden = !store.banner;
  document.title = `${store.bot.first_name}: phones`;
  clock.draw();
  drawRail();
});
store.on("clock", tick);
store.on("chat", (detail) => {
  phones.get(detail.chat_id)?.draw(detail);
  announce(detail);
});
store.on("typing", ({ chat_id: chat }) => phones.get(chat)?.typing());
store.on("toast", (detail) => phones.get(detail.chat_id)?.answered(detail));

function tick() {
  clock.draw();
  drawRail();
  for (const phone of phones.values()) phone.tick();
}

setInterval(tick, 5000);
new ResizeObserver(() => store.bot && layOut()).observe(stage);

let started = false;
listen({
  onOpen: async () => {
    await store.catchUp().catch((error) => say(error.message));
    store.connected = true;
    $("offline").hidden = true;
    if (started || !store.bot) return;
    started = true;
    openWhatWasOpen();
    followLink();
  },
  onEvent: (event) => store.bot && store.apply(event),
  onLost: () => {
    store.connected = false;
    $("offline").hidden = false;
  },
});
