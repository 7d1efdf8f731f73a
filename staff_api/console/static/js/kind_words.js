// Several plain messages, one answer: which rows are chosen, kept through every refresh of the list.

const chosen = new Set();
const boxes = () => [...document.querySelectorAll(".row-choose input")];

function show() {
  const here = boxes();
  for (const one of [...chosen]) if (!here.some((box) => box.value === one)) chosen.delete(one);
  for (const box of here) box.checked = chosen.has(box.value);
  const button = document.getElementById("open-kind-words"), all = document.getElementById("choose-all");
  if (!button) return;
  document.getElementById("chosen").textContent = chosen.size;
  button.disabled = chosen.size === 0;
  all.checked = chosen.size > 0 && chosen.size === here.length;
  all.indeterminate = chosen.size > 0 && chosen.size < here.length;
}

function set(box, on) {
  if (on) chosen.add(box.value);
  else chosen.delete(box.value);
}

document.addEventListener("change", (event) => {
  if (event.target.id === "choose-all") for (const box of boxes()) set(box, event.target.checked);
  else if (event.target.matches(".row-choose input")) set(event.target, event.target.checked);
  else return;
  show();
});

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx?.target?.id === "list") show();
});

// Another reply in the sheet: the same people, read anew.
document.addEventListener("change", (event) => {
  if (event.target.id === "kind-reply") event.target.form.querySelector("[name=again]").click();
});
