// Keys for officers' lists. Can be switched off, because single keys hinder people who dictate.
const OFF = "shortcuts-off";
let started = false;

export function start() {
  if (started) return;
  started = true;
  const help = document.getElementById("shortcuts");
  const box = help?.querySelector("[data-shortcuts-off]");
  if (box) {
    box.checked = localStorage.getItem(OFF) === "yes";
    box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "yes" : "no"));
  }
  document.querySelectorAll("[data-shortcuts-open]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => help?.showModal());
  });
  document.addEventListener("keydown", (event) => onKey(event, help));
  document.querySelectorAll("[data-select-all]").forEach((all) => {
    all.addEventListener("change", () => boxes().forEach((one) => setBox(one, all.checked)));
  });
}

const rows = () => Array.from(document.querySelectorAll("[data-list] [data-row]"));
const boxes = () => Array.from(document.querySelectorAll("[data-list] [data-row] input[type=checkbox]"));
const present = () => rows().findIndex((row) => row.hasAttribute("data-row-now"));

function onKey(event, help) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog, [contenteditable]")) return;
  if (event.key === "?") {
    event.preventDefault();
    help?.showModal();
    return;
  }
  if (localStorage.getItem(OFF) === "yes") return;
  const action = ACTIONS[event.key];
  if (action && action(event)) event.preventDefault();
}

const ACTIONS = {
  j: () => move(1),
  k: () => move(-1),
  x: () => toggle(),
  Enter: (event) => !event.target.closest("a, button, summary, input") && open(),
  a: () => press("assign"),
  "/": () => focusOn("[data-search]"),
};

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const next = Math.min(Math.max(present() + step, 0), all.length - 1);
  all.forEach((row) => row.removeAttribute("data-row-now"));
  all[next].setAttribute("data-row-now", "");
  all[next].scrollIntoView({ block: "nearest" });
  const link = all[next].querySelector("[data-open], a");
  link?.focus({ preventScroll: true });
  return true;
}

function toggle() {
  const box = rows()[present()]?.querySelector("input[type=checkbox]");
  if (box) setBox(box, !box.checked);
  return Boolean(box);
}

function setBox(box, checked) {
  if (box.checked === checked) return;
  box.checked = checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function open() {
  const link = rows()[present()]?.querySelector("[data-open], a");
  link?.click();
  return Boolean(link);
}

function press(name) {
  const button = document.querySelector(`[data-shortcut="${name}"]`);
  if (!button) return false;
  const folded = button.closest("details:not([open])");
  if (folded) folded.open = true;
  if (button.matches("button, a, summary")) button.click();
  else button.focus();
  return true;
}

function focusOn(selector) {
  const found = document.querySelector(selector);
  const folded = found?.closest("details:not([open])");
  if (folded) folded.open = true;
  found?.focus();
  found?.select?.();
  return Boolean(found);
}
