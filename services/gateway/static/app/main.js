import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Ahead } from "./ahead.js";
import { Alerts } from "./alerts.js";
import { hasToken, keepToken, takeToken } from "./api.js";
import { VenueBoard } from "./board.js";
import { Bulletins } from "./bulletins.js";
import { Care } from "./care.js";
import { Days } from "./days.js";
import { Feeds } from "./feeds.js";
import { pictureAt } from "./future.js";
import { Hatches } from "./hatch.js";
import { Header, Past, STALE_MS } from "./header.js";
import { html } from "./html.js";
import { NeedHelp } from "./help.js";
import { Incidents } from "./incidents.js";
import { Journeys } from "./journeys.js";
import { start } from "./live.js";
import { lookAt } from "./look.js";
import { MusterMap } from "./map.js";
import { People, Venues } from "./people.js";
import { Reach } from "./reach.js";
import { RollCalls } from "./rollcalls.js";
import { Runs, SetAside } from "./runs.js";
import { get, set, useStore } from "./store.js";
import { Swaps } from "./swaps.js";
import { useWhether } from "./time.js";
import { Future, TimeBar } from "./timebar.js";
import { Warnings } from "./weather.js";
import { learn, preferred, speak, t } from "./words.js";

function Page() {
  const { picture, access, language } = useStore();
  const waiting = picture?.counts.unacknowledged_alerts ?? 0;
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) ${t("page.title")}` : t("page.title");
  }, [waiting, language]);
  if (access === "denied") return html`<${Header} /><${Door} />`;
  return html`
    <a class="skip" href="#main">${t("page.skip")}</a>
    <${Header} picture=${picture} />
    <${Past} />
    <${Future} />
    ${picture ? html`<${Board} look=${lookAt(picture)} />` : html`<main id="main" class="loading"><p role="status">${t("page.loading")}</p></main>`}
  `;
}

function Board({ look }) {
  const { future } = useStore();
  const then = future === null ? look : lookAt(pictureAt(look.picture, future));
  const stale = useWhether(() => performance.now() - get().contactAt > STALE_MS);
  return html`
    <main id="main" class="board" data-stale=${stale}>
      <div class="column first">
        <${NeedHelp} look=${look} />
        <${Bulletins} look=${look} />
        <${Alerts} look=${look} />
        <${Incidents} look=${look} />
        <${Care} look=${look} />
        <${SetAside} look=${look} />
      </div>
      <div class="ground">
        <${TimeBar} />
        <${MapFrame} look=${then} />
        <${VenueBoard} look=${look} />
      </div>
      <div class="column second">
        <${RollCalls} look=${look} />
        <${Warnings} look=${then} />
        <${Ahead} look=${look} />
        <${Journeys} look=${look} />
        <${Days} look=${look} />
        <${Reach} look=${look} />
        <${Swaps} look=${look} />
        <${Runs} look=${look} />
        <${Feeds} look=${look} />
        <${Venues} look=${look} />
        <${People} look=${look} />
      </div>
    </main>
  `;
}

function MapFrame({ look }) {
  const { selected, geometries, language } = useStore();
  const element = useRef(null);
  const map = useRef(null);
  useEffect(() => {
    map.current = new MusterMap(element.current);
    const size = new ResizeObserver(() => map.current.resize());
    size.observe(element.current);
    return () => {
      size.disconnect();
      map.current.map.remove();
    };
  }, []);
  useEffect(() => map.current.show(look.picture, geometries), [look, geometries, language]);
  useEffect(() => {
    if (selected?.from === "list") map.current.go(selected);
  }, [selected]);
  return html`
    <section class="map-frame" aria-label=${t("map.label")} data-future=${look.picture.future !== undefined}>
      <${Hatches} />
      <div class="map" ref=${element}></div>
      <button type="button" class="fit" onClick=${() => map.current.fit(look.picture.venues, true)}>${t("map.fit")}</button>
      <p class="credit">${t("map.credit")}</p>
    </section>
  `;
}

/** Asks for a token where there is none that is accepted. */
function Door() {
  const [token, setToken] = useState("");
  const enter = (event) => {
    event.preventDefault();
    keepToken(token.trim());
    start();
  };
  return html`
    <main id="main" class="door">
      <form onSubmit=${enter}>
        <h2>${t("door.title")}</h2>
        <p role="status">${hasToken() ? t("door.refused") : t("door.needed")}</p>
        <label for="token">${t("door.token")}</label>
        <input id="token" type="password" required autocomplete="off" value=${token} onInput=${(event) => setToken(event.target.value)} />
        <button type="submit" class="primary">${t("door.enter")}</button>
      </form>
    </main>
  `;
}

takeToken();
await learn();
const language = preferred();
speak(language);
set({ language });
render(html`<${Page} />`, document.body);
start();
