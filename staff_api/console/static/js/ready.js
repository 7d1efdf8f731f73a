// Replies that are ready: "::" in a reply opens the sheet, typing finds, Enter puts the words into the box. Nothing is sent here.

const sheet = () => document.getElementById("ready");
const box = () => document.getElementById("reply-text");
let typedFrom = null; // what is typed on behind "::" before the sheet is there is what is looked for

function leave(area, words) {
  area.value = words;
  area.dispatchEvent(new Event("input", { bubbles: true })); // the draft that is kept is these words too
}

const chosen = () => sheet().querySelector(".ready-seen:not([hidden])");

document.addEventListener("input", (event) => {
  if (event.target.id === "ready-find") find(event.target.value);
  if (event.target.id !== "reply-text" || event.isComposing || !event.target.value.endsWith("::")) return;
  leave(event.target, event.target.value.slice(0, -2));
  typedFrom = event.target.value.length;
  document.getElementById("open-ready").click();
});

document.addEventListener("htmx:after:swap", (event) => {
  const { target } = event.detail.ctx;
  if (target?.id !== "ready") return;
  if (!target.open) target.showModal();
  const area = box(), field = document.getElementById("ready-find");
  if (typedFrom !== null) {
    field.value = area.value.slice(typedFrom);
    leave(area, area.value.slice(0, typedFrom));
    typedFrom = null;
    find(field.value);
  }
  field.focus();
});

function find(words) {
  const wanted = words.trim().toLocaleLowerCase().split(/\s+/);
  const options = [...document.getElementById("ready-what").options];
  for (const option of options) {
    const { text } = seen(option.value).dataset;
    const said = `${option.text} ${text}`.toLocaleLowerCase();
    option.hidden = !wanted.every((word) => said.includes(word));
  }
  choose(options.find((option) => !option.hidden)?.value);
}

const seen = (name) => [...sheet().querySelectorAll(".ready-seen")].find((one) => one.dataset.name === name);

function choose(name) {
  document.getElementById("ready-what").value = name ?? "";
  for (const one of sheet().querySelectorAll(".ready-seen")) one.hidden = one.dataset.name !== name;
}

document.addEventListener("change", (event) => {
  if (event.target.id === "ready-what") choose(event.target.value);
});

// Arrow keys choose without leaving the field in which one types.
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "ready-find" && event.target.id !== "ready-what") return;
  if (event.key === "Enter") {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
  if (event.target.id === "ready-what" || !/^Arrow(Up|Down)$/.test(event.key)) return;
  event.preventDefault();
  const shown = [...document.getElementById("ready-what").options].filter((option) => !option.hidden);
  const at = shown.findIndex((option) => option.selected) + (event.key === "ArrowDown" ? 1 : -1);
  if (shown.length) choose(shown[Math.min(shown.length - 1, Math.max(0, at))].value);
});

document.addEventListener("submit", (event) => {
  if (event.target.id !== "ready-form") return;
  const one = chosen();
  if (one) putIn(one.dataset);
});

function putIn({ text, answers, notes }) {
  const area = box(), { form } = area;
  document.querySelector('.composer input[value="reply"]').checked = true;
  const start = area.value && !area.value.endsWith("\n") && area.value.trim() ? `${area.value.trimEnd()} ` : "";
  area.value = start + text;
  const offered = answers ? answers.split("\n") : [];
  if (offered.length) {
    for (let number = 1; number <= 4; number += 1) form.elements[`answer_${number}`].value = offered[number - 1] ?? "";
    document.getElementById("quick").open = true;
  }
  const note = document.getElementById("ready-note");
  note.textContent = notes;
  note.hidden = !notes;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  sheet().close();
  area.focus();
  const gap = /\{[a-z_]+\}/.exec(area.value);
  if (gap) area.setSelectionRange(gap.index, gap.index + gap[0].length);
}
