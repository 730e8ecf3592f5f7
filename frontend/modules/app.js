// The only script of a first visit. Each larger part is loaded when the page holds something for it.
import "./trusted.js";
import { countCharacters } from "./count.js";
import { checkFiles } from "./files.js";

const PARTS = [
  ["[hx-get],[hx-post],[hx-put],[hx-patch],[hx-delete]", () => import("./hypermedia.js")],
  ["form[data-draft],[data-drafts-list],[data-draft-sent],[data-not-sent]", () => import("./drafts.js")],
  ["input[data-record]", () => import("./recorder.js")],
  ["[data-session]", () => import("./session.js")],
  ["[data-list],#shortcuts", () => import("./list.js")],
];

function enhance(root) {
  root.querySelectorAll("textarea[data-count]").forEach(countCharacters);
  root.querySelectorAll("input[type=file][data-max-bytes]").forEach(checkFiles);
  root.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  root.querySelector("[data-summary]")?.focus();
  for (const [selector, load] of PARTS) {
    if (root.querySelector(selector)) load().then((part) => part.start(root));
  }
}

// A page kept for offline use does not know this device's reading aids: take them from the cookie.
function applyReadingAids() {
  const aids = /(?:^|; )reading=(normal|large|largest)\.([01])\.([01])/.exec(document.cookie);
  if (!aids) return;
  const root = document.documentElement;
  root.dataset.size = aids[1];
  if (aids[2] === "1") root.dataset.contrast = "high";
  if (aids[3] === "1") root.dataset.light = "";
}

applyReadingAids();
enhance(document);
document.addEventListener("htmx:afterSettle", (event) => enhance(event.target));

if ("serviceWorker" in navigator) {
  window.addEventListener("load", () => {
    const language = encodeURIComponent(document.documentElement.lang);
    navigator.serviceWorker.register(`/sw.js?lang=${language}`, { scope: "/" }).catch(() => {});
  });
}
