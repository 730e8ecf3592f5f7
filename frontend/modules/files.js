// Says at once that a file is too large, instead of after minutes of sending on a slow network.
export function checkFiles(input) {
  if (input.dataset.checking) return;
  input.dataset.checking = "yes";
  const list = document.createElement("ul");
  list.className = "file-list";
  list.setAttribute("aria-live", "polite");
  input.after(list);
  input.addEventListener("change", () => {
    const cap = Number(input.dataset.maxBytes);
    const refused = [];
    const kept = new DataTransfer();
    for (const file of input.files) {
      if (file.size > cap) refused.push(file.name);
      else kept.items.add(file);
    }
    if (refused.length) input.files = kept.files;
    list.replaceChildren(
      ...Array.from(input.files, (file) => line(`${file.name} · ${size(file.size)}`)),
      ...refused.map((name) => line(`${name}: ${input.dataset.textTooLarge || `> ${size(cap)}`}`, "errorlist")),
    );
  });
}

function line(text, name) {
  const item = document.createElement("li");
  item.textContent = text;
  if (name) item.className = name;
  return item;
}

function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
