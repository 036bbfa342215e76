// Keys for those who read all day. Everything here is also a link or a button; without this file
// every page works as before. Single keys can be switched off (WCAG 2.1.4).
"use strict";

const STORED = "signpost-keys";
const keysOn = () => localStorage.getItem(STORED) !== "off";

function rows() {
  return [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
}

function target(row) {
  return row.querySelector("summary, h2 a, a, button") || row;
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
  const row = all[Math.min(Math.max(next, 0), all.length - 1)];
  target(row).focus();
  row.scrollIntoView({ block: "nearest" });
}

function unfold() {
  const stories = [...document.querySelectorAll("details[data-story]")];
  const open = stories.some((story) => !story.open);
  for (const story of stories) story.open = open;
}

function correct() {
  const row = document.activeElement.closest("[data-row]");
  const story = row && row.querySelector("details[data-story]");
  const why = story && story.querySelector(".corrections input[name=note]");
  if (!why) return;
  story.open = true;
  why.focus();
}

function typing(element) {
  return element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

// a question is open: Enter and Escape, which are the browser's, answer it
function asked() {
  return CSS.supports("selector(:popover-open)") && document.querySelector(":popover-open");
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && typing(event.target)) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!keysOn() || typing(event.target) || asked()) return;
  // a key that is held down moves on; it does not answer the next flag too
  if (event.repeat && event.key !== "j" && event.key !== "k") return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "e") unfold();
  else if (event.key === "x") correct();
  else if (event.key === "o") document.activeElement.click();
  else {
    const key = CSS.escape(event.key);
    const field = document.querySelector(`[data-focus="${key}"]`);
    const found = field || document.querySelector(`[data-key="${key}"]`);
    if (!found) return;
    if (field) found.focus();
    else found.click();
  }
  event.preventDefault();
});

const box = document.getElementById("keys-on");
if (box) {
  box.checked = keysOn();
  box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue; // pages that are not served securely have none
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = "Copied";
  });
}
