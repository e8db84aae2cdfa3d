import { html } from "./html.js";
import { Panel, Row, Rows } from "./panel.js";
import { Age, hourText, momentText } from "./time.js";
import { t } from "./words.js";

/** Swaps that wait for somebody to agree. */
export function Swaps({ look }) {
  const { swaps } = look.picture;
  return html`
    <${Panel} id="swaps" title=${t("swaps.title")} count=${swaps.length}>
      <${Rows} of=${swaps} empty=${t("swaps.none")}>
        ${(swap) => html`<${Swap} key=${swap.id} swap=${swap} look=${look} />`}
      <//>
    <//>
  `;
}

function Swap({ swap, look }) {
  const waits = [swap.giver, swap.taker].filter((one) => !swap.agreed.includes(one));
  const names = { giver: look.who(swap.giver), taker: look.who(swap.taker) };
  return html`
    <${Row} kind="swap" id=${swap.id}>
      <p class="head"><strong>${t(swap.in_return ? "swap.exchange" : "swap.instead", names)}</strong><${Age} since=${swap.proposed_at} /></p>
      ${swap.gives && html`<p class="quiet">${turn(swap.gives, look)}${swap.returns && ` ⇄ ${turn(swap.returns, look)}`}</p>`}
      <p class="quiet">${t("swap.waits", { names: waits.map((id) => look.who(id)).join(t("list.comma")) })}</p>
    <//>
  `;
}

const turn = ({ venue, starts_at, ends_at }, look) =>
  `${look.venueName(venue)} ${momentText(Date.parse(starts_at))}–${hourText(Date.parse(ends_at))}`;
