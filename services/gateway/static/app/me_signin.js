import { useState } from "preact/hooks";
import { hasToken, keepToken } from "./api.js";
import { html } from "./html.js";
import { refresh } from "./me_own.js";
import { set } from "./store.js";
import { t } from "./words.js";

/** Asks for a token where there is none that is accepted. What was not sent yet waits meanwhile. */
export function SignIn() {
  const [token, setToken] = useState("");
  const enter = (event) => {
    event.preventDefault();
    keepToken(token.trim());
    set({ access: "unknown" });
    refresh();
  };
  return html`
    <form class="card" onSubmit=${enter}>
      <h2>${t("door.title")}</h2>
      <p role="status">${hasToken() ? t("door.refused") : t("me.needs-token")}</p>
      <label for="token">${t("door.token")}</label>
      <input id="token" type="password" required autocomplete="off" value=${token} onInput=${(event) => setToken(event.target.value)} />
      <button type="submit" class="primary">${t("door.enter")}</button>
    </form>
  `;
}

export const NotOwn = () => html`
  <section class="card">
    <h2>${t("me.not-own")}</h2>
    <p>${t("me.not-own-why")}</p>
    <a class="button" href="./">${t("me.board")}</a>
  </section>
`;
