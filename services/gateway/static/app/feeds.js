import { html } from "./html.js";
import { Panel } from "./panel.js";
import { Age, spanText } from "./time.js";
import { t, text, word } from "./words.js";

/** Whether a feed is late or failed: whatever it would say now, nobody hears. */
export const isGrey = (feed) => feed?.state === "late" || feed?.state === "failed";

/** Where warnings come from by themselves, and whether anything still comes. */
export function Feeds({ look }) {
  const { feeds } = look.picture;
  const grey = feeds.filter(isGrey).length;
  return html`
    <${Panel} id="feeds" title=${t("feeds.title")} count=${feeds.length} tone=${grey > 0 ? "warn" : ""}>
      ${feeds.length === 0 && html`<p class="empty">${t("feeds.none")}</p>`}
      <ul class="rows">${feeds.map((feed) => html`<${Feed} key=${feed.id} feed=${feed} />`)}</ul>
    <//>
  `;
}

const Feed = ({ feed }) => html`
  <li class="row feed" data-feed=${feed.id} data-state=${feed.state} data-stale=${isGrey(feed)}>
    <p class="head">
      <strong>${text(feed.name)}</strong>
      <span class="status">${stateText(feed)}</span>
      ${feed.heard_at ? html`<${Age} since=${feed.heard_at} form="feeds.heard" />` : html`<span class="quiet">${t("feeds.never")}</span>`}
    </p>
    ${feed.state === "failed" && feed.reason && html`<p>${text(feed.reason)}</p>`}
    <p class="quiet">${t("feeds.interval", { age: spanText(feed.interval_s) })} · ${t("feeds.brought", feed)}
      ${recoveredAt(feed) && html` · <${Age} since=${recoveredAt(feed)} form="feeds.recovered" />`}
    </p>
  </li>
`;

const recoveredAt = (feed) => (feed.state === "failed" ? null : feed.last_trouble?.recovered_at);

const stateText = (feed) => (feed.state === "failed" ? word("trouble", feed.trouble) : word("feed", feed.state));

/** Whoever relies on a feed that is silent is blind: said where the warnings are read. */
export function Alarms({ feeds }) {
  const failed = feeds.filter((feed) => feed.state === "failed");
  if (failed.length === 0) return null;
  return html`
    <ul class="feed-alarms" role="alert">
      ${failed.map((feed) => html`
        <li key=${feed.id}>
          <strong>${t("feeds.alarm", { name: text(feed.name), trouble: word("trouble", feed.trouble) })}</strong>
          ${" "}<${Age} since=${feed.since} form="feeds.since" />
        </li>`)}
    </ul>
  `;
}
