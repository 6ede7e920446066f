// The console without JavaScript is complete; this adds comfort: samples in place, copy on accept, focus, safe errors.
"use strict";

document.addEventListener("click", (event) => {
  const sample = event.target.closest("a[data-text]");
  if (!sample || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const text = document.getElementById("text");
  text.value = sample.dataset.text;
  document.getElementById("channel").value = sample.dataset.channel;
  document.getElementById("customer").value = "";
  text.form.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "text") event.target.form.requestSubmit();
});

// The verdict is sent as a form; what became of the copy is told once its answer stands on the page.
let copying = null;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.copy) return;
  const text = document.querySelector(form.dataset.copy).value;
  const { copied, failed } = form.dataset;
  copying = navigator.clipboard
    ? navigator.clipboard.writeText(text).then(() => copied, () => failed)
    : Promise.resolve(failed);
});

// A citation opens the text that was used.
document.addEventListener("click", (event) => {
  const cite = event.target.closest("a.cite");
  if (!cite) return;
  const quote = document.querySelector(cite.getAttribute("href") + " details");
  if (quote) quote.open = true;
});

// A repaired text takes the place of the agent's, who reads it before anything is saved; it is checked again.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-fill]");
  if (!button) return;
  const target = document.querySelector(button.dataset.fill);
  target.value = button.parentElement.querySelector(".prose").textContent;
  target.dispatchEvent(new Event("input", { bubbles: true }));
  target.focus();
});

// Only HTML is ever swapped into the page; anything else (a problem+json from the door) reloads it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const type = event.detail.xhr.getResponseHeader("Content-Type") || "";
  if (!type.startsWith("text/html")) { event.detail.shouldSwap = false; window.location.assign("/"); }
  const failed = event.detail.xhr.status >= 400;
  if (failed) { event.detail.target = document.getElementById("result"); event.detail.swapOverride = "innerHTML"; }
});

document.addEventListener("htmx:afterSwap", (event) => {
  const toast = document.querySelector("#verdict .toast");
  if (copying && toast) {
    copying.then((words) => { toast.textContent = words; });
    copying = null;
  }
  if (event.detail.target.id === "result") {
    event.detail.target.focus({ preventScroll: true });
    if (window.matchMedia("(max-width: 61rem)").matches) event.detail.target.scrollIntoView();
  }
});
