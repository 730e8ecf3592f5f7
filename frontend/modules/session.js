// Says two minutes before that the session ends, and keeps whoever is typing signed in.
import { freshToken } from "./token.js";

const WARNED_BEFORE = 120;
const ASKED_EVERY = 240;
const KEY = "session-until";
const now = () => Date.now() / 1000;

export function start(root) {
  const box = root.querySelector?.("[data-session]");
  if (box && !box.dataset.watching) new Watch(box).begin();
}

class Watch {
  constructor(box) {
    this.box = box;
    this.length = Number(box.dataset.session);
    this.asked = now();
    this.typed = false;
  }

  begin() {
    this.box.dataset.watching = "yes";
    this.livesOn();
    this.box.querySelector("[data-stay]").addEventListener("click", () => this.stay());
    document.addEventListener("input", (event) => this.onInput(event));
    document.addEventListener("submit", (event) => this.onSubmit(event), true);
    document.addEventListener("htmx:afterRequest", (event) => event.detail.successful && this.livesOn());
    window.addEventListener("storage", (event) => event.key === KEY && this.show());
  }

  // The other windows of this browser share the session, so they share its end.
  livesOn() {
    this.asked = now();
    localStorage.setItem(KEY, String(now() + this.length));
    this.show();
  }

  async stay() {
    this.asked = now();
    const headers = { "X-CSRFToken": freshToken() };
    const answer = await fetch(this.box.dataset.stayUrl, { method: "POST", headers, redirect: "manual" }).catch(() => null);
    if (answer?.ok) this.livesOn();
  }

  onInput(event) {
    this.typed ||= !event.target.form?.dataset.draft;
    if (now() - this.asked > Math.min(ASKED_EVERY, this.length / 4)) this.stay();
  }

  // Signing in again in another window has changed the token of this page's forms.
  onSubmit(event) {
    const token = event.target.elements.namedItem("csrfmiddlewaretoken");
    if (token && freshToken()) token.value = freshToken();
  }

  show() {
    clearTimeout(this.timer);
    const left = Number(localStorage.getItem(KEY)) - now();
    this.box.hidden = left > WARNED_BEFORE;
    if (left <= 0) return this.over();
    const pause = left > WARNED_BEFORE ? left - WARNED_BEFORE : left;
    this.timer = setTimeout(() => this.show(), Math.min(pause, 600) * 1000 + 50);
  }

  // What was typed and is kept nowhere else stays on the screen; any other page is closed to onlookers.
  over() {
    if (!this.typed) return location.reload();
    this.box.querySelector("[data-session-soon]").hidden = true;
    this.box.querySelector("[data-session-over]").hidden = false;
  }
}
