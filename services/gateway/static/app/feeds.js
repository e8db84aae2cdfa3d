import { html } from "./html.js";
import { Panel } from "./panel.js";
import { Age } from "./time.js";
import { t, text, word } from "./words.js";

/** Where warnings come from by themselves, and whether anything still comes. */
export function Feeds({ look }) {
  const feeds = look.picture.feeds ?? [];
  const troubled = feeds.filter(isTroubled);
  return html`
    <${Panel} id="feeds" title=${t("feeds.title")} count=${feeds.length} tone=${troubled.length > 0 ? "warn" : ""}>
      ${feeds.length === 0 && html`<p class="empty">${t("feeds.none")}</p>`}
      <ul class="rows">${feeds.map((feed) => html`<${Feed} key=${feed.id} feed=${feed} />`)}</ul>
    <//>
  `;
}

const isTroubled = (feed) => feed.trouble !== null;

const Feed = ({ feed }) => html`
  <li class="row feed" data-feed=${feed.id} data-stale=${isTroubled(feed)}>
    <p class="head">
      <strong>${text(feed.name)}</strong>
      <span class="status">${isTroubled(feed) ? word("trouble", feed.trouble) : t("feeds.good")}</span>
      ${feed.heard_at ? html`<${Age} since=${feed.heard_at} form="feeds.heard" />` : html`<span class="quiet">${t("feeds.never")}</span>`}
    </p>
  </li>
`;

/** Whoever relies on a feed that is silent is blind: said where the warnings are read. */
export function Alarms({ feeds = [] }) {
  const troubled = feeds.filter(isTroubled);
  if (troubled.length === 0) return null;
  return html`
    <ul class="feed-alarms" role="alert">
      ${troubled.map((feed) => html`
        <li key=${feed.id}>
          <strong>${t("feeds.alarm", { name: text(feed.name), trouble: word("trouble", feed.trouble) })}</strong>
          ${feed.since && html` <${Age} since=${feed.since} form="feeds.since" />`}
        </li>`)}
    </ul>
  `;
}
