import { render } from "preact";
import { useEffect } from "preact/hooks";
import { takeToken } from "./api.js";
import { html } from "./html.js";
import { CheckIn } from "./me_checkin.js";
import { Calls, HelpButton } from "./me_help.js";
import { Messages } from "./me_messages.js";
import { begin } from "./me_own.js";
import { Foot, Top } from "./me_parts.js";
import { Presence, Scanned } from "./me_presence.js";
import { RollCalls } from "./me_rollcall.js";
import { Journeys, Shifts, Swaps } from "./me_shifts.js";
import { NotOwn, SignIn } from "./me_signin.js";
import { Warnings } from "./me_warnings.js";
import { set, useStore } from "./store.js";
import { learn, preferred, speak, t } from "./words.js";

/** A person's own page, on their phone. Without an answer from the server it still calls for help. */
function Me() {
  const { own, access, language } = useStore();
  useEffect(() => {
    document.title = t("me.title");
  }, [language]);
  return html`
    <a class="skip" href="#me">${t("page.skip")}</a>
    <${Top} />
    <main id="me">${page(access, own)}</main>
  `;
}

function page(access, own) {
  if (access === "denied") return html`<${SignIn} />`;
  if (access === "nobody") return html`<${NotOwn} />`;
  return html`
    <${Calls} own=${own} />
    <${HelpButton} own=${own} />
    ${own ? html`<${Rest} own=${own} />` : html`<p class="empty" role="status">${t("me.loading")}</p>`}
  `;
}

const Rest = ({ own }) => html`
  <${RollCalls} own=${own} />
  <${Warnings} own=${own} />
  <${Scanned} own=${own} />
  <${Presence} own=${own} />
  <${CheckIn} own=${own} />
  <${Swaps} own=${own} />
  <${Journeys} own=${own} />
  <${Shifts} own=${own} />
  <${Messages} own=${own} />
  <${Foot} own=${own} />
`;

takeToken();
await learn();
const language = preferred();
speak(language);
set({ language });
begin();
render(html`<${Me} />`, document.body);
