// Drafts kept on the device: written while typing, sent later, deleted only when the receipt is there.
import { allDrafts, dropDraft, keepDraft, newKey, readDraft } from "./store.js";
import { freshToken } from "./token.js";

const SKIPPED = new Set(["csrfmiddlewaretoken", "idempotency_key", "next"]);
const PAUSE = 500;

export async function start(root) {
  for (const sent of root.querySelectorAll("[data-draft-sent]")) {
    await dropDraft(sent.dataset.draftSent);
    sent.dataset.draftGone = "yes";
  }
  root.querySelectorAll("form[data-draft]").forEach((form) => new Keeper(form).begin());
  const list = root.querySelector("[data-drafts-list]");
  if (list) showList(list);
  const notice = root.querySelector("[data-not-sent]");
  if (notice) notice.hidden = !(await allDrafts()).some((draft) => draft.state === "sent");
}

class Keeper {
  constructor(form) {
    this.form = form;
    this.note = form.querySelector("[data-draft-note]");
    this.keyField = form.elements.namedItem("idempotency_key");
    this.timer = 0;
    this.dirty = false;
    this.forbidden = false;
  }

  async begin() {
    if (this.form.dataset.keeping) return;
    this.form.dataset.keeping = "yes";
    await this.chooseKey();
    this.form.addEventListener("input", () => this.later());
    this.form.addEventListener("change", () => this.later());
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    window.addEventListener("pagehide", () => this.dirty && this.keep("draft"));
    this.prepareNote();
    this.form.dataset.ready = "yes";
  }

  // A form shown again with its errors keeps its key and its text; a resumed draft brings both;
  // anything else is a new draft, because a page kept offline always carries the same key.
  async chooseKey() {
    const asked = new URLSearchParams(location.search).get("draft");
    const shownAgain = this.form.querySelector("[data-summary]");
    const draft = await readDraft(shownAgain ? this.keyField?.value || "" : asked || "").catch(() => undefined);
    this.key = draft?.key || (shownAgain && this.keyField?.value) || newKey();
    if (this.keyField) this.keyField.value = this.key;
    if (!draft) return;
    if (!shownAgain) this.fill(draft.fields);
    this.fillFiles(draft.files);
    this.say("textSaved", draft.savedAt);
  }

  fill(fields) {
    const given = new Map();
    for (const [name, value] of fields) given.set(name, [...(given.get(name) || []), value]);
    for (const element of this.form.elements) {
      if (!element.name || SKIPPED.has(element.name) || element.type === "file") continue;
      const values = given.get(element.name) || [];
      if (element.type === "checkbox" || element.type === "radio") element.checked = values.includes(element.value);
      else if (element.multiple) for (const option of element.options) option.selected = values.includes(option.value);
      else if (values.length) element.value = values[0];
      element.dispatchEvent(new Event("input"));
    }
  }

  fillFiles(files) {
    for (const element of this.form.querySelectorAll("input[type=file]")) {
      const mine = files.filter((one) => one.field === element.name);
      if (!mine.length) continue;
      const carrier = new DataTransfer();
      mine.forEach((one) => carrier.items.add(new File([one.blob], one.name, { type: one.blob.type })));
      element.files = carrier.files;
      element.dispatchEvent(new Event("change"));
    }
  }

  later() {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep("draft"), PAUSE);
  }

  async keep(state) {
    if (this.forbidden) return;
    const draft = this.read(state);
    if (!draft.fields.some(([, value]) => value.trim()) && !draft.files.length) return;
    clearTimeout(this.timer);
    this.dirty = false;
    try {
      await keepDraft(draft);
      this.say("textSaved", draft.savedAt);
    } catch {
      this.say("textFailed");
    }
  }

  read(state) {
    const fields = [];
    const files = [];
    for (const [name, value] of new FormData(this.form)) {
      if (SKIPPED.has(name) || this.form.elements.namedItem(name)?.type === "password") continue;
      if (typeof value === "string") fields.push([name, value]);
      else if (value.size) files.push({ field: name, name: value.name, blob: value });
    }
    const address = new URL(location.href);
    address.searchParams.delete("draft");
    return {
      key: this.key,
      form: this.form.dataset.draft,
      url: this.form.dataset.draftUrl || address.pathname + address.search,
      excerpt: Array.from(this.form.querySelectorAll("textarea"), (area) => area.value.trim()).find(Boolean) || "",
      title: document.querySelector("h1")?.textContent.trim() || document.title,
      fields,
      files,
      state,
      savedAt: Date.now(),
    };
  }

  async onSubmit(event) {
    const token = this.form.elements.namedItem("csrfmiddlewaretoken");
    if (token && freshToken()) token.value = freshToken();
    if (this.forbidden || this.sending) return;
    event.preventDefault();
    // A form that is still empty is not kept, and the browser ignores a second submit inside the first.
    await Promise.all([this.keep("sent"), new Promise((done) => setTimeout(done))]);
    if (navigator.onLine === false) return this.say("textOffline");
    this.sending = true;
    this.form.requestSubmit(event.submitter);
    setTimeout(() => (this.sending = false), 2000);
  }

  prepareNote() {
    if (!this.note) return;
    this.note.hidden = false;
    const box = this.note.querySelector("[data-draft-forbid]");
    box?.addEventListener("change", async (event) => {
      event.stopPropagation();
      this.forbidden = box.checked;
      if (!this.forbidden) return this.keep("draft");
      clearTimeout(this.timer);
      await dropDraft(this.key);
      this.say("textForbidden");
    });
  }

  say(name, time) {
    const place = this.note?.querySelector("[data-draft-status]");
    if (!place) return;
    const clock = time ? ` ${new Date(time).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })}` : "";
    place.textContent = (this.note.dataset[name] || "") + clock;
  }
}

async function showList(list) {
  const texts = list.dataset;
  const drafts = await allDrafts();
  list.querySelectorAll("ul").forEach((old) => old.remove());
  list.querySelector("[data-drafts-none]").hidden = drafts.length > 0;
  list.dataset.ready = "yes";
  if (!drafts.length) return;
  const lines = document.createElement("ul");
  lines.className = "list";
  drafts.forEach((draft) => lines.append(draftLine(draft, texts, list)));
  list.append(lines);
}

function draftLine(draft, texts, list) {
  const item = document.createElement("li");
  const title = element("h2", draft.title);
  const when = new Date(draft.savedAt).toLocaleString(document.documentElement.lang);
  const state = draft.state === "sent" ? texts.textSent : texts.textSaved;
  const files = draft.files.length ? ` · ${draft.files.length} ${texts.textFiles}` : "";
  const resume = element("a", texts.textResume, "button button-primary");
  const address = new URL(draft.url, location.origin);
  address.searchParams.set("draft", draft.key);
  resume.href = address.pathname + address.search;
  const remove = element("button", texts.textDelete, "button button-quiet");
  remove.type = "button";
  remove.addEventListener("click", async () => {
    if (!confirm(texts.textSure)) return;
    await dropDraft(draft.key);
    showList(list);
  });
  const foot = element("p", "", "row");
  foot.append(resume, remove);
  item.append(title, element("p", (draft.excerpt || "").slice(0, 80)), element("p", `${state} · ${when}${files}`, "soft small"), foot);
  return item;
}

function element(name, text, css) {
  const made = document.createElement(name);
  made.textContent = text;
  if (css) made.className = css;
  return made;
}
