// The review pages without JavaScript are complete forms; this adds keys, a count of what is answered, and word of lost saves.
"use strict";

const form = document.getElementById("answer");
const groups = form ? [...form.querySelectorAll("fieldset[data-keys]")] : [];

// Digits as they come from Latin, Arabic and Persian keyboards.
function digit(key) {
  for (const digits of ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]) {
    if (key.length === 1 && digits.includes(key)) return digits.indexOf(key);
  }
  return -1;
}

function answered(group) {
  return group.querySelector("input[type=radio]:checked");
}

function count() {
  const done = groups.filter(answered).length;
  document.getElementById("answered").textContent = form.dataset.answered.replace("{done}", done).replace("{all}", groups.length);
}

function enter(group) {
  const next = group || form.querySelector("input[type=checkbox]") || document.getElementById("submit");
  const target = next.matches("input") ? next : answered(next) || next.querySelector("input[type=radio]");
  target.focus({ preventScroll: true });
  (target.closest("fieldset[data-keys], .failure, .check") || target).scrollIntoView({ block: "nearest" });
}

function writes(target) {
  return target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
}

if (form) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(document.getElementById("submit"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
    const here = event.target.closest("fieldset[data-keys]");
    // Enter on a level would send the form: it goes on to the next criterion instead.
    if (event.key === "Enter" && event.target.matches("input[type=radio], input[type=checkbox]")) {
      event.preventDefault();
      if (here) enter(groups[groups.indexOf(here) + 1]);
      return;
    }
    const pressed = digit(event.key);
    const group = here || groups.find((one) => !answered(one));
    const choice = pressed < 0 || !group ? null : group.querySelector(`input[data-key="${pressed}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    enter(groups[groups.indexOf(group) + 1]);
  });
  form.addEventListener("change", (event) => {
    event.target.closest("fieldset")?.classList.remove("gap");
    count();
  });
  // What is being sent whole is not saved in part as well.
  let leaving = false;
  form.addEventListener("submit", () => { leaving = true; });
  document.addEventListener("htmx:beforeRequest", (event) => { if (leaving) event.preventDefault(); });
  document.addEventListener("htmx:sendError", () => { document.getElementById("saved").textContent = form.dataset.lost; });
  // Only HTML is ever swapped into the page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const type = event.detail.xhr.getResponseHeader("Content-Type") || "";
    if (type.startsWith("text/html")) return;
    event.detail.shouldSwap = false;
    document.getElementById("saved").textContent = form.dataset.lost;
  });
  count();
  const gap = form.querySelector("fieldset.gap");
  if (gap) enter(gap);
}
