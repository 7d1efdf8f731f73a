// The keyboard: one key for each thing a nurse does all morning. Silent while someone types; can be switched off.

import { openRow, refreshList } from "./live.js";

const links = () => [...document.querySelectorAll(".rows .row-link")];

function typing(element) {
  return element.isContentEditable || element.matches("textarea, select, input:not([type=radio], [type=checkbox])");
}

function move(step) {
  const all = links();
  if (!all.length) return;
  const here = all.findIndex((link) => link === document.activeElement);
  const from = here >= 0 ? here : all.indexOf(openRow());
  const next = all[Math.min(all.length - 1, Math.max(0, from + step))];
  if (next.offsetParent) next.focus();
  else next.click(); // on a phone the list is another screen: go straight on
}

// Chooses the row that is marked, and goes on to the next, so that a run of them is one key held down.
function choose() {
  const row = (document.activeElement.closest?.(".row") ?? openRow()?.closest(".row"))
    ?? document.querySelector("#rows > .row");
  const box = row?.querySelector(".row-choose input");
  if (!box) return;
  box.click();
  const next = row.nextElementSibling?.querySelector(".row-link");
  (next ?? row.querySelector(".row-link")).focus();
}

function back() {
  const current = openRow() ?? links()[0];
  if (current?.offsetParent) current.focus();
  else document.querySelector(".thread-nav a")?.click();
}

function write(mode) {
  const choice = document.querySelector(`.composer input[value="${mode}"]`);
  if (!choice) return;
  choice.checked = true;
  document.getElementById(`${mode}-text`).focus();
}

// g, then a letter, goes to a view of the list.
const VIEWS = {
  a: "attention", m: "mine", u: "unassigned", p: "plain", w: "patients_turn", z: "snoozed", s: "silent", n: "mentions", d: "done",
};
let begun = ""; // a key that waits for its second

function goTo(key) {
  const address = `/?view=${VIEWS[key]}`, link = document.querySelector(`.views a[href="${address}"]`);
  if (link) link.click();
  else if (VIEWS[key]) location.href = address; // an empty one is not listed; and from other pages
}

const press = (id) => document.getElementById(id)?.click();

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  u: back,
  r: () => write("reply"),
  n: () => write("note"),
  e: () => press("open-resolve"),
  E: () => press(document.getElementById("resolve-next") ? "resolve-next" : "open-resolve"),
  l: () => press("open-call"),
  a: () => press("open-hand-over"),
  s: () => press("open-offer"),
  b: () => press("open-booking"),
  z: () => press("open-snooze"),
  x: choose,
  X: () => press("open-kind-words"),
  h: () => press("hold"),
  g: () => { begun = "g"; },
  ":": () => { begun = ":"; },
  c: () => press("acknowledge"),
  "!": () => press("acknowledge"),
  ".": () => refreshList({ all: true }),
  "/": () => { location.href = "/patients#search"; },
  "?": () => document.getElementById("help").showModal(),
};

// One key opens the top row for whoever has just come and marked none; on what has the focus, Enter does what it always does.
function openTop() {
  if (document.activeElement !== document.body || document.getElementById("thread")) return false;
  links()[0]?.click();
  return true;
}

function second(key) {
  const first = begun;
  begun = "";
  if (first === "g") goTo(key);
  else if (key === ":") press("open-ready");
}

// What was just sent is taken back as anything is; in a text field the words of the field are.
document.addEventListener("keydown", (event) => {
  if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || typing(event.target)) return;
  const undo = document.querySelector(".undo:last-of-type button");
  if (!undo || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  undo.click();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.key === "Shift") return;
  if (!document.getElementById("keys-on").checked || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (begun) return second(event.key);
  if (event.key === "Enter" && openTop()) return event.preventDefault();
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

if (location.hash === "#search") document.getElementById("search")?.focus();
