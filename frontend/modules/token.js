// The form token of this moment: a page kept offline, or a draft from yesterday, holds an old one.
export function freshToken() {
  const name = document.body.dataset.csrfCookie || "csrftoken";
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
