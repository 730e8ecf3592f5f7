// Shows how many characters there is still room for; the server counts the same way and decides.
export function countCharacters(area) {
  if (area.dataset.counting) return;
  area.dataset.counting = "yes";
  const limit = Number(area.dataset.count);
  const shown = document.createElement("p");
  shown.className = "count";
  area.after(shown);
  const show = () => {
    // Line ends are one character, and an emoji outside the basic plane is one too.
    const used = Array.from(area.value.replaceAll("\r\n", "\n")).length;
    shown.textContent = `${used} / ${limit}`;
    shown.classList.toggle("count-over", used > limit);
    // Read aloud only near the end, not at every key.
    shown.setAttribute("aria-live", used > limit * 0.95 ? "polite" : "off");
  };
  area.addEventListener("input", show);
  show();
}
