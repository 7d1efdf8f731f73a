// Narrows the page to the operations that speak of what is typed.
const search = document.getElementById("search");

search.addEventListener("input", () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const group of document.querySelectorAll(".group")) {
    let here = 0;
    for (const operation of group.querySelectorAll(".operation")) {
      const text = operation.textContent.toLowerCase();
      operation.hidden = !words.every((word) => text.includes(word));
      here += !operation.hidden;
    }
    group.hidden = here === 0;
    shown += here;
  }
  document.getElementById("none").hidden = shown > 0;
});

const wanted = document.getElementById(location.hash.slice(1));
if (wanted instanceof HTMLDetailsElement) wanted.open = true;
