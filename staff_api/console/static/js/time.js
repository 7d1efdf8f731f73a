// Durations that tick by the clinic's clock, which in the demo is not the wall's. Said as words.py says them.

let ahead = Date.parse(document.documentElement.dataset.now) - Date.now();

export const now = () => Date.now() + ahead;

export function setClock(iso) {
  if (iso) ahead = Date.parse(iso) - Date.now();
}

export function lasting(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60), hours = Math.floor(seconds / 3600), days = Math.floor(seconds / 86400);
  if (seconds < 60) return `${seconds} s`;
  if (minutes < 60) return `${minutes} min`;
  if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, "0")}`;
  return `${days} d ${hours % 24} h`;
}

const SOON = 10 * 60 * 1000;

function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

export function tick() {
  const at = now();
  for (const time of document.querySelectorAll("time[data-waiting]")) say(time, lasting(at - Date.parse(time.dateTime)));
  for (const time of document.querySelectorAll("time[data-due]")) {
    const left = Date.parse(time.dateTime) - at;
    say(time, left > 0 ? `due in ${lasting(left)}` : `overdue by ${lasting(-left)}`);
    time.dataset.urgency = left <= 0 ? "late" : left <= SOON ? "soon" : "later";
  }
  for (const time of document.querySelectorAll("time[data-undo]")) {
    const left = Date.parse(time.dateTime) - at, bar = time.closest(".undo");
    say(time, `${Math.max(0, Math.ceil(left / 1000))} s`);
    bar.querySelector("progress").value = left / 1000;
    if (left <= 0 && !bar.dataset.over) {
      bar.dataset.over = "true";
      document.dispatchEvent(new CustomEvent("careward:undo-over"));
    }
  }
}

tick();
setInterval(tick, 500);
