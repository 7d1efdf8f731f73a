// Who else is at this thread, and who is writing. This page says the same of itself, every few seconds.

const EVERY = 5000, WRITES_FOR = 7000;
let at = "", typedAt = -Infinity, said = 0;

const address = (patient) => `/api/v1/patients/${patient}/presence`;
const headers = () => ({
  "X-CSRF-Token": JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRF-Token"], "Content-Type": "application/json",
});

async function here() {
  const patient = document.querySelector("#thread:has(#reply-text)")?.dataset.patient ?? "";
  if (at && at !== patient) fetch(address(at), { method: "DELETE", headers: headers(), keepalive: true });
  at = patient;
  said = performance.now();
  if (!patient || document.hidden) return;
  const body = JSON.stringify({ writing: performance.now() - typedAt < WRITES_FOR });
  const answer = await fetch(address(patient), { method: "POST", headers: headers(), body }).catch(() => null);
  if (answer?.ok && at === patient) show((await answer.json()).items);
}

function show(others) {
  const place = document.getElementById("present");
  if (!place) return;
  const writing = others.filter((one) => one.writing).map((one) => one.name);
  const words = writing.length ? `${writing.join(" and ")} ${writing.length > 1 ? "are" : "is"} writing …`
    : others.length ? `${others.map((one) => one.name).join(", ")} ${others.length > 1 ? "have" : "has"} this open too` : "";
  if (place.textContent !== words) place.textContent = words;
  place.dataset.writing = writing.length ? "yes" : "";
}

document.addEventListener("input", (event) => {
  if (event.target.id !== "reply-text") return;
  const begins = performance.now() - typedAt > WRITES_FOR;
  typedAt = event.target.value ? performance.now() : -Infinity;
  if (begins && event.target.value) here();
});
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.target?.id !== "desk") return;
  if (event.detail.ctx.request?.method === "POST") typedAt = -Infinity; // what was being written is written
  const patient = document.getElementById("thread")?.dataset.patient ?? "";
  if (patient !== at || performance.now() - said > EVERY) here();
});
addEventListener("pagehide", () => {
  if (at) fetch(address(at), { method: "DELETE", headers: headers(), keepalive: true });
});
setInterval(here, EVERY);
here();
