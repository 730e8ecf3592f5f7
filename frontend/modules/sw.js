// The service worker: keeps scripts, styles and the few pages made for offline use; nothing private.
// The server puts `self.ZHIJIA = {version, files, pages, offline}` before this text.
import { cleanupOutdatedCaches, precacheAndRoute } from "workbox-precaching";
import { registerRoute, setDefaultHandler } from "workbox-routing";
import { NetworkOnly } from "workbox-strategies";

const { version, files, pages, offline } = self.ZHIJIA;
const LANGUAGE = new URL(self.location.href).searchParams.get("lang") || "zh-hans";
const PAGES = `pages-${version}-${LANGUAGE}`;

precacheAndRoute(files);
cleanupOutdatedCaches();

// As a stranger, without cookies: what is kept can never hold anything about a person.
const asStranger = (url) =>
  fetch(url, { credentials: "omit", cache: "no-store", redirect: "error", headers: { "Accept-Language": LANGUAGE } });

async function keepPages() {
  const cache = await caches.open(PAGES);
  await Promise.all(
    pages.map(async (url) => {
      const answer = await asStranger(url).catch(() => null);
      if (answer?.ok) await cache.put(url, answer);
    }),
  );
}

self.addEventListener("install", (event) => {
  event.waitUntil(keepPages().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) =>
      Promise.all(names.filter((name) => name.startsWith("pages-") && name !== PAGES).map((name) => caches.delete(name))),
    ).then(() => self.clients.claim()),
  );
});

async function page({ request, url }) {
  try {
    return await fetch(request);
  } catch {
    const cache = await caches.open(PAGES);
    const kept = request.method === "GET" && (await cache.match(url.pathname));
    return kept || (await cache.match(offline)) || Response.error();
  }
}

const isPage = ({ request }) => request.mode === "navigate";
registerRoute(isPage, page);
registerRoute(isPage, page, "POST");
setDefaultHandler(new NetworkOnly());
