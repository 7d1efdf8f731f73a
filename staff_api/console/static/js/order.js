// What somebody asked for last is what stays: an answer that comes late never covers what they have gone on to.

const shown = new WeakMap(); // by place: the number of the last step whose answer it shows
let steps = 0;

// Brings a place up to date. False when somebody went on meanwhile, and what came was dropped.
export async function refresh(place, asked) {
  const how = { dropped: false };
  await htmx.ajax("GET", asked, { target: place, swap: "innerMorph", source: place, push: "false", refresh: how });
  return !how.dropped;
}

// A step of a person has a number of its own; a refresh has that of the step whose answer it brings up to date.
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  ctx.step = ctx.refresh ? shown.get(ctx.target) ?? 0 : ++steps;
});

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.step < (shown.get(ctx.target) ?? 0)) {
    event.preventDefault();
    if (ctx.refresh) ctx.refresh.dropped = true;
    else document.dispatchEvent(new CustomEvent("careward:late", { detail: ctx })); // done, but not looked at any more
  } else if (ctx.step) shown.set(ctx.target, ctx.step);
});
