// What belongs to the whole page: sheets, the account menu, copying and printing, and refusals said in words.

import { setClock, tick } from "./time.js";

const root = document.documentElement;

export function toast(words) {
  const element = document.createElement("p");
  element.className = "toast";
  element.textContent = words;
  document.getElementById("toasts").append(element);
  setTimeout(() => element.remove(), 8000);
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
  if (event.target.closest("[data-print]")) window.print();
  const copier = event.target.closest("[data-copy]");
  if (copier) copy(document.querySelector(copier.dataset.copy).textContent);
  const menu = document.getElementById("account");
  if (menu?.open && !menu.contains(event.target)) menu.open = false;
});

// A sheet that was filled opens, and what comes next in it has the focus.
document.addEventListener("htmx:after:swap", (event) => {
  const { target } = event.detail.ctx;
  if (!target?.matches?.("dialog.sheet")) return;
  if (!target.open) target.showModal();
  target.querySelector("[autofocus]")?.focus();
});

// A sheet whose form has done its work closes, where the answer was not shown in it: keys are for the page again.
document.addEventListener("htmx:after:swap", (event) => {
  const { request, sourceElement, target } = event.detail.ctx;
  const form = sourceElement?.closest?.("dialog.sheet form"), sheet = form?.closest("dialog");
  if (request?.method !== "POST" || !sheet?.open || sheet.contains(target)) return;
  form.reset();
  sheet.close();
});

document.addEventListener("keydown", (event) => {
  const menu = document.getElementById("account");
  if (event.key === "Escape" && menu?.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    toast("The link is copied.");
  } catch {
    toast("This browser does not let pages copy. Select the link instead.");
  }
}

document.getElementById("theme-choice").addEventListener("change", (event) => {
  root.dataset.theme = event.target.value;
  remember("theme", event.target.value);
});

const keysOn = document.getElementById("keys-on");
keysOn.addEventListener("change", () => remember("keys", keysOn.checked ? "on" : "off"));

function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}

// A refusal is a problem document: said to the person, never put into the page in place of what was there.
document.addEventListener("htmx:before:response", (event) => {
  const { response, sourceElement } = event.detail.ctx;
  setClock(response.headers.get("X-Clinic-Time"));
  if (response.raw.redirected && new URL(response.raw.url).pathname === "/sign-in") {
    event.preventDefault();
    toTheDoor();
    return;
  }
  if (!response.headers.get("Content-Type")?.startsWith("application/problem+json")) return;
  event.preventDefault();
  response.raw.json().then((problem) => refused(problem, sourceElement));
});
document.addEventListener("htmx:error", (event) => {
  leaving = false;
  if (event.detail.ctx?.request.method === "POST") toast("The server did not answer. Look whether it was done, then try again.");
});
document.addEventListener("htmx:after:settle", tick);

// Whoever signs out goes to the plain door, whatever else of this page is refused meanwhile.
let leaving = false;
document.addEventListener("submit", (event) => { leaving = new URL(event.target.action).pathname === "/sign-out"; });

function toTheDoor() {
  if (leaving) return;
  location.href = `/sign-in?next=${encodeURIComponent(location.pathname)}`;
}

const CHANGED = "Somebody has changed this since you opened the page. What you filled in is still here: open the page in another tab, look, then decide.";

function refused(problem, source) {
  if (problem.status === 401) return toTheDoor();
  const told = new CustomEvent("careward:refused", { bubbles: true, cancelable: true, detail: problem });
  if (source?.dispatchEvent?.(told) === false) return; // said where it belongs
  const words = problem.status >= 500 ? `${problem.title}. Try again; if it stays, tell whoever runs the server: ${problem.request_id}` : problem.code === "changed_meanwhile" ? CHANGED : problem.errors?.length ? problem.errors.map((fault) => fault.detail).join(" ") : problem.detail;
  const place = source?.querySelector?.("[data-problem]");
  if (!place) return toast(words);
  place.textContent = words;
  place.hidden = false;
}
