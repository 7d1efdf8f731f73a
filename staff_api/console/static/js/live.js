// What happens in the clinic, as it happens: the stream of events refreshes the list and the open conversation.

import { refresh } from "./order.js";
import { toast } from "./page.js";
import { setClock } from "./time.js";

const light = document.getElementById("live");
const PAUSE = 150; // events come in bunches; one refresh for each
const LISTED = /^(Escalation|ColleagueMentioned|MentionRead|Reply|Urgency|ChatUnreachable|PatientReachable|ChatLinked|LinkCut)/; // what a row of the list shows
const NOTICED = /^(Escalation|Alert|Shift|Absence|Staff)/; // what everyone must see, on whatever page
let pointerAt = -Infinity;
let listed = Promise.resolve();

document.addEventListener("pointermove", (event) => {
  if (event.target.closest?.("#list")) pointerAt = performance.now();
});

// Nothing moves under the eyes of someone who reads: then what is new waits behind the pill.
function reading() {
  const list = document.getElementById("worklist");
  return Boolean(document.getElementById("thread")) || list.contains(document.activeElement) || list.scrollTop > 8
    || performance.now() - pointerAt < 5000;
}

const rowIds = (which = "") => [...document.querySelectorAll(`#rows > .row${which}`)].map((row) => row.dataset.id);

// `all` brings in what is new; `done` is a row this person just resolved, and takes the other resolved ones with it.
export function refreshList(how) {
  listed = listed.then(() => bringList(how ?? {})).catch(() => {}); // one after the other, each knowing what the last one showed
  return listed;
}

async function bringList(how) {
  const { all = false, done = "" } = how;
  const list = document.getElementById("worklist");
  if (!list) return;
  const before = rowIds(), asked = new URLSearchParams();
  const kept = done ? rowIds(":not(.row-gone)").filter((id) => id !== done) : before;
  if (!all && kept.length && reading()) asked.set("shown", kept.join(","));
  const open = document.getElementById("thread")?.dataset.id;
  if (open) asked.set("open", open);
  asked.set("view", list.dataset.view);
  asked.set("again", "1");
  if (list.dataset.pool) asked.set("pool", list.dataset.pool);
  const pill = document.getElementById("show-new");
  const known = { fresh: Number(pill?.dataset.fresh ?? 0), emergencies: Number(pill?.dataset.emergencies ?? 0) };
  if (!await refresh("#list", `${list.dataset.refresh}?${asked}`)) return bringList(how); // meanwhile they went to another view
  const arrived = [...document.querySelectorAll("#rows > .row")].filter((row) => !before.includes(row.dataset.id));
  for (const row of arrived) row.classList.add("row-new");
  announce(all ? [] : arrived, known);
}

function announce(arrived, known) {
  const pill = document.getElementById("show-new");
  const fresh = Number(pill?.dataset.fresh ?? 0), emergencies = Number(pill?.dataset.emergencies ?? 0);
  const seen = arrived.filter((row) => row.dataset.severity === "emergency");
  if (seen.length) say("alarm", `Emergency: ${seen.map((row) => row.querySelector(".row-who strong").textContent).join(", ")}`);
  else if (emergencies > known.emergencies) say("alarm", `${emergencies} new in the worklist with an emergency`);
  else if (arrived.length || fresh > known.fresh) say("announce", `${arrived.length || fresh} new in the worklist`);
  const { open, emergency } = document.getElementById("worklist").dataset;
  count(Number(open), Number(emergency));
}

function say(region, words) {
  document.getElementById(region).textContent = words;
}

function count(open, emergency) {
  const badge = document.getElementById("open-count");
  badge.textContent = open || "";
  badge.dataset.severity = emergency ? "emergency" : "";
  document.title = (open ? `(${open}) ` : "") + document.title.replace(/^\(\d+\) /, "");
}

export async function refreshThread() {
  const timeline = document.getElementById("timeline");
  if (!timeline) return;
  const atEnd = timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight < 40;
  const asked = location.pathname + location.search;
  const fresh = await refresh("#desk", asked);
  if (!fresh || asked !== location.pathname + location.search) await refreshThread(); // meanwhile the reader went on, or further back
  else if (atEnd) toEnd();
}

function toEnd() {
  const timeline = document.getElementById("timeline");
  if (timeline) timeline.scrollTop = timeline.scrollHeight;
}

// A conversation opens at its end, or at what brought it here when that is further up.
function openAtItsEnd() {
  toEnd();
  const timeline = document.getElementById("timeline"), why = [...document.querySelectorAll(".entry[data-triggered]")].pop();
  if (timeline && why && why.offsetTop < timeline.scrollTop) timeline.scrollTop = Math.max(0, why.offsetTop - 60);
}

// The row whose conversation is open.
export function openRow() {
  const { id, patient } = document.getElementById("thread")?.dataset ?? {};
  return document.querySelector(`.row-link[href="${id ? `/e/${id}` : `/patients/${patient}`}"]`);
}

function markOpenRow() {
  const open = openRow();
  for (const link of document.querySelectorAll(".row-link[aria-current]")) if (link !== open) link.removeAttribute("aria-current");
  open?.setAttribute("aria-current", "true");
}

// The address is that of the conversation while one is open, whichever view of the list stands beside it.
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id === "list" && document.getElementById("thread")) ctx.push = "false";
});

let due = { list: 0, thread: 0, notices: 0, page: 0 };

function soon(what, refresh) {
  clearTimeout(due[what]);
  due[what] = setTimeout(refresh, PAUSE);
}

function happened(event) {
  const news = JSON.parse(event.data);
  setClock(news.at);
  if (LISTED.test(event.type)) soon("list", document.getElementById("worklist") ? refreshList : recount);
  if (!document.getElementById("worklist")) alarm(event.type, news.facts);
  if (NOTICED.test(event.type)) soon("notices", refreshNotices);
  if (event.type === "EscalationCalled") calledOut(news.facts);
  if (event.type === "ColleagueMentioned") named(news.facts);
  if (event.type === "HoldEnded") holdOver(news.facts);
  const page = document.querySelector("[data-follows]");
  if (page && new RegExp(page.dataset.follows).test(event.type)) soon("page", refreshPage);
  const thread = document.getElementById("thread");
  if (!thread) return;
  const ours = news.patient_id != null ? String(news.patient_id) === thread.dataset.patient : !thread.dataset.patient;
  if (ours) soon("thread", refreshThread);
}

// A page that shows what happens elsewhere says so with data-follows: the events after which it is brought up to date.
async function refreshPage() {
  if (!await refresh("#page", location.pathname + location.search)) await refreshPage();
}

// On pages without the list its count goes on, and an emergency is still announced.
async function recount() {
  const answer = await fetch("/api/v1/worklist/counts");
  if (!answer.ok) return;
  const counts = await answer.json();
  count(counts.open, counts.emergency);
}

export async function refreshNotices() {
  await refresh("#notices", "/notices");
}

// The ladder calls this very person.
function calledOut(facts) {
  if (facts.severity === "routine" || !facts.people.includes(Number(document.body.dataset.staff))) return;
  const what = facts.severity === "emergency" ? "Emergency" : "Urgent";
  say("alarm", `${what} in the worklist: you are called`);
  toast(`${what} in the worklist: you are called. Once somebody has acknowledged it, nobody else is.`);
}

// A note names this very person. Nothing rings: it can wait until they look.
function named({ staff_id: who }) {
  if (who !== Number(document.body.dataset.staff)) return;
  const words = "A colleague has named you in a note: it is in the worklist, under Notes to me.";
  say("announce", words);
  toast(words);
}

// This very person's hold is over, and not by their own hand.
function holdOver(facts) {
  const me = Number(document.body.dataset.staff);
  if (facts.staff_id !== me || facts.by === me) return;
  const words = facts.by == null ? "Your hold of a chat is over: the bot answers again." : "A colleague has taken the chat that you held.";
  say("announce", words);
  toast(words);
}

function alarm(kind, facts) {
  if (!/^Escalation(Opened|Joined)$/.test(kind) || facts.severity !== "emergency") return;
  say("alarm", "Emergency in the worklist");
  toast("An emergency has come in. It is in the worklist.");
}

function listen() {
  const stream = new EventSource("/api/v1/events");
  stream.addEventListener("open", () => {
    state("live", "Live");
    soon("list", document.getElementById("worklist") ? () => refreshList() : recount); // what was missed in between
    soon("thread", refreshThread);
    soon("notices", refreshNotices);
  });
  stream.addEventListener("error", () => {
    state("lost", "Reconnecting");
    if (stream.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    refreshList(); // refused: if nobody is signed in any more, this leads to the door
    setTimeout(listen, 5000);
  });
  for (const kind of document.body.dataset.kinds.split(" ")) stream.addEventListener(kind, happened);
  stream.addEventListener("reset", () => {
    soon("list", refreshList);
    soon("thread", refreshThread);
  });
}

function state(name, word) {
  light.dataset.state = name;
  light.querySelector(".live-word").textContent = word;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#show-new")) {
    refreshList({ all: true });
    document.getElementById("worklist").scrollTop = 0;
  }
});
document.addEventListener("careward:undo-over", () => setTimeout(refreshThread, 300));
document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.target?.id !== "desk") return;
  markOpenRow();
  if (!String(ctx.swap).includes("Morph")) openAtItsEnd();
  // What had the focus may be gone; do not let it fall back to the top of the page.
  if (document.activeElement === document.body) document.getElementById("desk").focus({ preventScroll: true });
  const done = ctx.request?.action.match(/^\/e\/(\d+)\/resolve$/)?.[1];
  if (ctx.request?.method === "POST") soon("list", () => refreshList({ done }));
});

openAtItsEnd();
listen();
setInterval(() => { refreshList(); refreshNotices(); }, 60_000); // due times, and the clinic's clock, even when nothing happens
