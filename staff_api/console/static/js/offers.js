// Sending from a thread: the sheet opens on what fits, arrow keys choose and show, Enter sends what is shown.

const sheet = () => document.getElementById("offer");

// What is not yet on screen is not sent: nobody sends what they have not seen.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.id !== "offer-what") return;
  event.preventDefault();
  if (sheet().querySelector("[data-what]")?.dataset.what === event.target.value) event.target.form.requestSubmit();
});
