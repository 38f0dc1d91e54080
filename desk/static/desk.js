// Every page works without this. A form that was sent can't be sent again by a second click, and what needs
// attention gets it: the first error, or the result.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
document.getElementById("errors")?.focus();
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Nobody is signed out without a warning, and what was typed isn't lost by it. Other tabs may have been used since:
// the desk is asked how long the session lasts, which makes it no longer.
const ending = document.getElementById("ending");
if (ending) {
  const [soon, over] = ending.querySelectorAll("div");
  const warned = Number(ending.dataset.warned);
  let timer;
  let told = ""; // what the reader was shown last, and may have closed since: it isn't said twice
  const show = (isOver) => {
    soon.hidden = isOver;
    over.hidden = !isOver;
    if (!ending.open) ending.showModal();
    ending.querySelector(isOver ? ".over a" : ".soon button").focus();
  };
  const look = async () => {
    const answer = await fetch("/me/left").catch(() => null);
    const left = answer?.ok ? Number(await answer.text()) : 60; // away: nobody knows, ask again later
    const state = left === 0 ? "over" : left <= warned ? "soon" : "";
    if (answer?.ok && state !== told) {
      told = state;
      if (state) show(left === 0);
      else ending.close();
    }
    clearTimeout(timer); // asked again when it is over, too: somebody may sign in in another tab
    timer = setTimeout(look, 1000 * (left > warned ? left - warned : Math.min(left || 60, 60) + 1));
  };
  soon.querySelector("button").addEventListener("click", async () => {
    await fetch("/me/stay", { method: "POST" }).catch(() => null);
    await look();
  });
  over.querySelector("button").addEventListener("click", () => ending.close());
  timer = setTimeout(look, 1000 * (ending.dataset.idle - warned));
}
