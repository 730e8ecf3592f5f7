"use strict";
// Passkeys: the browser's own dialogue between our form and our server. Uses webauthn-json.js.
(() => {
  const optionsOf = async (form) => {
    if (form.dataset.optionsUrl) {
      const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      return answer.json();
    }
    return JSON.parse(document.getElementById(form.dataset.options).textContent);
  };

  const create = (options) => {
    const wish = options.publicKey.authenticatorSelection;
    wish.residentKey = "required";
    wish.requireResidentKey = true;
    wish.userVerification = "required";
    return window.webauthnJSON.create(options);
  };

  const prove = async (form) => {
    const options = await optionsOf(form);
    return form.dataset.passkey === "create"
      ? create(options.creation_options)
      : window.webauthnJSON.get(options.request_options);
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("[data-passkey-button]");
    const failed = form.querySelector("[data-passkey-failed]");
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        form.elements[form.dataset.credential || "credential"].value = JSON.stringify(await prove(form));
        form.submit();
      } catch (error) {
        console.info("passkey", error.name);
        failed.hidden = false;
      }
    });
  }
})();
