// htmx for partial updates. Every page works without it.
import htmx from "htmx.org/dist/htmx.esm.js";
import { freshToken } from "./token.js";

let started = false;

export function start() {
  if (started) return;
  started = true;
  window.htmx = htmx;
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = freshToken();
  });
  // A refusal comes as a fragment with its own words: show it in place.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status >= 400 && event.detail.xhr.responseText.startsWith("<")) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  htmx.process(document.body);
  // On a slow line people type before this file has come: ask for what they typed meanwhile.
  for (const field of document.querySelectorAll("textarea, input[type=text], input[type=search]")) {
    if (field.value !== field.defaultValue) field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
