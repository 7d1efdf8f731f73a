// Writing: Ctrl+Enter sends, drafts outlive a reload, a reply taken back returns to the box, an outcome is chosen.

import { toast } from "./page.js";

const WRITTEN = /\/(reply|note)$/;
const draftKey = (area) => `draft-${area.dataset.draft}`;

function restoreDrafts() {
  for (const area of document.querySelectorAll("textarea[data-draft]")) {
    if (!area.value) area.value = sessionStorage.getItem(draftKey(area)) ?? "";
  }
}

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea[data-draft]")) sessionStorage.setItem(draftKey(event.target), event.target.value);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest("dialog form, form.write");
  if (!form || form.method === "dialog") return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button.primary, button.note-button"));
});

// "Something else" says nothing without a note.
document.addEventListener("change", (event) => {
  if (event.target.name === "outcome") event.target.form.elements.note.required = event.target.value === "other";
});

// "Open the next" means the next row on this screen.
document.addEventListener("htmx:config:request", (event) => {
  const { request, sourceElement } = event.detail.ctx;
  if (!sourceElement.closest("#resolve, #resolve-plainly")) return;
  const rows = [...document.querySelectorAll("#rows > .row:not(.row-gone)")].map((row) => row.dataset.id).filter((id) => /^\d+$/.test(id));
  const here = document.getElementById("thread").dataset.id, at = rows.indexOf(here);
  const others = [...rows.slice(at + 1), ...rows.slice(0, Math.max(0, at))].filter((id) => id !== here);
  if (others.length) request.body.set("next", others[0]);
});

document.addEventListener("htmx:after:swap", (event) => {
  const { request, sourceElement } = event.detail.ctx;
  restoreDrafts();
  if (request?.method !== "POST") return;
  if (WRITTEN.test(request.action)) sent(request);
  if (/\/call$/.test(request.action)) showEnd();
  if (/\/undo$/.test(request.action)) takenBack(request.undone ?? "");
});
document.addEventListener("careward:late", ({ detail: { request } }) => {
  if (request?.method === "POST" && WRITTEN.test(request.action)) emptied(request.form);
});

// A file is brought first, checked by the server, and then goes with the reply by its number.
document.addEventListener("change", async (event) => {
  const input = event.target.closest("input[data-attach]");
  if (!input) return;
  const { form } = input, word = input.parentElement.querySelector("span"), file = input.files[0];
  form.elements.attachment.value = "";
  if (!file) return attached(form, "");
  word.textContent = "Checking …";
  const token = JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRF-Token"];
  const headers = { "X-CSRF-Token": token, "Content-Type": "application/octet-stream" };
  const answer = await fetch(input.dataset.attach, { method: "POST", body: file, headers });
  const said = await answer.json();
  if (!answer.ok) {
    attached(form, "");
    toast(said.detail ?? said.title);
    return;
  }
  form.elements.attachment.value = said.id;
  word.textContent = `Attached: ${file.name.slice(0, 24)}`;
});

function attached(form, number) {
  const input = form.querySelector("input[data-attach]");
  if (!input) return;
  input.value = "";
  form.elements.attachment.value = number;
  input.parentElement.querySelector("span").textContent = "Attach …";
}

function emptied(form) {
  const area = form?.querySelector("textarea");
  if (!area) return false;
  area.value = "";
  withoutAnswers(form);
  attached(form, "");
  sessionStorage.removeItem(draftKey(area));
  return true;
}

// What one has just done is seen.
function showEnd() {
  const timeline = document.getElementById("timeline");
  timeline.scrollTop = timeline.scrollHeight;
  return timeline;
}

function sent(request) {
  if (!emptied(request.form)) return;
  const timeline = showEnd();
  // Out of the box, so that single keys work again, and Ctrl+Z takes it back.
  (document.querySelector(".undo:last-of-type") ?? timeline).focus({ preventScroll: true });
}

let lastAnswers = []; // for a reply that is taken back

function withoutAnswers(form) {
  const quick = form.querySelector("#quick"), note = form.querySelector("#ready-note");
  if (!quick) return;
  const inputs = [...quick.querySelectorAll("input")];
  lastAnswers = inputs.map((input) => input.value);
  for (const input of inputs) input.value = "";
  quick.open = false;
  note.hidden = true;
}

// What a colleague answers after this person began to write, they may not have seen: the server asks, once.
document.addEventListener("input", (event) => {
  const { target } = event;
  if (target.id !== "reply-text" || (event.inputType && target.value.length > 1)) return;
  target.form.elements.last_seen.value = document.getElementById("timeline").dataset.lastReply;
});
document.addEventListener("careward:refused", (event) => {
  const form = event.target.closest?.("form.write-reply"), note = document.getElementById("ready-note");
  if (!form || event.detail.code !== "answered_meanwhile") return;
  event.preventDefault();
  form.elements.last_seen.value = "";
  note.textContent = event.detail.detail;
  note.hidden = false;
});

document.addEventListener("htmx:before:request", (event) => {
  const { request } = event.detail.ctx;
  if (/\/undo$/.test(request.action)) request.undone = request.submitter?.dataset.text;
});

function takenBack(words) {
  const area = document.getElementById("reply-text");
  if (!area) return;
  if (!area.value) {
    area.value = words;
    lastAnswers.forEach((answer, place) => { area.form.elements[`answer_${place + 1}`].value = answer; });
    document.getElementById("quick").open = lastAnswers.some(Boolean);
  }
  document.querySelector('.composer input[value="reply"]').checked = true;
  sessionStorage.setItem(draftKey(area), area.value);
  area.focus();
}

restoreDrafts();
