// The only door through which text becomes mark-up: the page policy asks this for each. What comes from
// our server for a part of a page passes without anything that could run; text for programs never does.
const RUNS = "script,iframe,frame,object,embed,applet,base,meta,link,style,portal";
const ADDRESSES = ["href", "src", "action", "formaction", "xlink:href", "data"];
const WORKER = "/sw.js";

function isSafe(attribute) {
  const name = attribute.name.toLowerCase();
  if (name.startsWith("on") || name.startsWith("hx-on") || name.startsWith("data-hx-on")) return false;
  if (name === "style" || name === "srcdoc") return false;
  // Browsers skip blanks and controls inside "java script:".
  return !ADDRESSES.includes(name) || !/^(javascript|data|vbscript):/i.test(attribute.value.replace(/[\u0000-\u0020]/g, ""));
}

function clean(root) {
  root.querySelectorAll(RUNS).forEach((element) => element.remove());
  for (const element of root.querySelectorAll("*")) {
    for (const attribute of Array.from(element.attributes)) {
      if (!isSafe(attribute)) element.removeAttribute(attribute.name);
    }
    if (element.content instanceof DocumentFragment) clean(element.content);
  }
}

if (window.trustedTypes?.createPolicy) {
  // Makes a document that nobody sees and in which nothing runs, to be cleaned.
  const unseen = window.trustedTypes.createPolicy("zhijia", { createHTML: (text) => text });
  window.trustedTypes.createPolicy("default", {
    createHTML(text) {
      const page = new DOMParser().parseFromString(unseen.createHTML(text), "text/html");
      clean(page);
      return page.documentElement.innerHTML;
    },
    createScriptURL(text) {
      const url = new URL(text, location.origin);
      return url.origin === location.origin && url.pathname === WORKER ? url.href : null;
    },
  });
}
