import { html } from "./html.js";
import { Severity, Signal } from "./shapes.js";
import { momentText } from "./time.js";
import { t, word } from "./words.js";

export const LANGUAGES = { zh: "zh-CN", en: "en" };

/** What a bulletin says, whole, as the public reads it: in both languages, whatever is read here. */
export const Content = ({ of, look }) => html`
  <div class="bulletin-text">
    <p class="head">
      <${Signal} colour=${of.colour} />
      <${Severity} of=${of.severity} />
      <${Drill} status=${of.status} />
    </p>
    ${Object.entries(LANGUAGES).map(([code, lang]) => html`
      <h4 key="${code}-name">${word("language", code)}</h4>
      <div key=${code} class="side" lang=${lang}>
        <p><b>${of.headline[code]}</b></p>
        <p class="own-words">${of.description[code]}</p>
        ${of.instruction[code] && html`<p class="own-words"><b>${of.instruction[code]}</b></p>`}
        <p class="quiet">${of.event[code]} · ${of.area[code]}</p>
      </div>
    `)}
    <p class="quiet">${venuesText(of.venues, look)}</p>
    <p class="quiet">${timesText(of)}</p>
  </div>
`;

/** What is no news of the real world says so. */
export const Drill = ({ status }) =>
  status && status !== "Actual" && html`<span class="status drill">${word("cap", status)}</span>`;

const venuesText = (venues, look) =>
  venues.length === 0 ? t("bulletin.no-venues") : venues.map((id) => look.venueName(id)).join(t("list.comma"));

function timesText({ onset, expires }) {
  const until = t("warning.until", { at: momentText(Date.parse(expires)) });
  return onset ? `${t("warning.onset", { at: momentText(Date.parse(onset)) })}${t("list.comma")}${until}` : until;
}
