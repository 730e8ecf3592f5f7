// Where drafts are kept: this browser's own database, never a server.
import { openDB } from "idb";

const open = () =>
  openDB("zhijia", 1, {
    upgrade(database) {
      database.createObjectStore("drafts", { keyPath: "key" });
    },
  });

export const readDraft = async (key) => (await open()).get("drafts", key);
export const keepDraft = async (draft) => (await open()).put("drafts", draft);
export const dropDraft = async (key) => (await open()).delete("drafts", key);
export const allDrafts = async () => (await (await open()).getAll("drafts")).sort((a, b) => b.savedAt - a.savedAt);

export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
