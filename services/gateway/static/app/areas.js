import { render } from "preact";
import { isGrey } from "./feeds.js";
import { hatchOf } from "./hatch.js";
import { html } from "./html.js";
import { WarningCard } from "./mapcards.js";
import { textWidth } from "./textwidth.js";
import { sent, t, tag, word } from "./words.js";

const L = window.L;
const LABEL_H = 26;
const RANK = ["white", "blue", "yellow", "orange", "red"];

/** The warnings' areas on the map: each in its signal's colour and pattern, with its name and colour in words. */
export class Areas {
  /** `marks` remembers what can be chosen on the map: its `items` by key. */
  constructor(map, marks) {
    this.layer = L.layerGroup().addTo(map);
    this.marks = marks;
    this.drawn = "";
    this.labels = [];
  }

  /** Show those whose place is known, the worst on top; again only when something about them is new. */
  show(look, geometries) {
    const { warnings, future } = look.picture;
    const known = warnings.filter(({ id }) => geometries.has(id));
    const grey = look.picture.feeds.filter(isGrey).map(({ id }) => id);
    const drawn = [tag(), future ?? "now", ...grey, ...known.map(messageOf(geometries))].join(" ");
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      this.clear();
      for (const warning of known.sort(leastFirst)) this.draw(look, warning, geometries.get(warning.id));
    }
    for (const warning of known) this.write(look, warning);
  }

  clear() {
    this.layer.clearLayers();
    this.labels = [];
    for (const key of this.marks.items.keys()) if (key.startsWith("warning ")) this.marks.items.delete(key);
  }

  draw(look, warning, feature) {
    const stale = isGrey(look.feeds.get(warning.feed)) ? " area-stale" : "";
    const className = `area area-${warning.colour ?? "none"}${stale}`;
    const area = L.geoJSON(feature, { style: { className, fillColor: hatchOf(warning.colour), fillOpacity: 1 } });
    const bounds = area.getBounds();
    if (!bounds.isValid()) return;
    this.marks.remember(`warning ${warning.id}`, area);
    area.addTo(this.layer);
    const text = labelText(warning);
    const content = document.createElement("span");
    content.textContent = text;
    const tip = { pane: "labels", permanent: true, direction: "center", className: `area-label label-${warning.colour}` };
    const label = L.tooltip({ ...tip, interactive: false }).setLatLng(bounds.getCenter()).setContent(content);
    this.labels.push({ label: label.addTo(this.layer), bounds, w: textWidth(text) + 24, h: LABEL_H });
  }

  /** Put the labels where they cover as little as may be of the marks' boxes, and of one another. */
  place(map, boxes) {
    const taken = [...boxes];
    for (const { label, bounds, w, h } of this.labels) {
      const spots = around(map, bounds, h).map(({ x, y }) => ({ x, y, w, h }));
      const best = spots.reduce((one, other) => (covered(other, taken) < covered(one, taken) ? other : one));
      taken.push(best);
      label.setLatLng(map.layerPointToLatLng([best.x, best.y]));
    }
  }

  /** Write the card anew: who is there changes while the warning does not. */
  write(look, warning) {
    const area = this.marks.items.get(`warning ${warning.id}`);
    if (area) render(html`<${WarningCard} look=${look} warning=${warning} />`, area.card);
  }
}

/** By which message an area was drawn: the picture may be ahead of the area that is fetched for it. */
const messageOf = (geometries) => (warning) => {
  const { identifier, sent: at } = geometries.get(warning.id).properties;
  return `${warning.id} ${identifier} ${at} ${warning.colour}`;
};

const leastFirst = (a, b) => RANK.indexOf(a.colour) - RANK.indexOf(b.colour);

function labelText(warning) {
  const colour = warning.colour ? word("colour", warning.colour) : word("severity", warning.severity);
  return t("map.area", { event: sent(warning.event).text, colour });
}

/** Where a label may stand: inside an area's edges and corners, then outside above and below. */
function around(map, bounds, h) {
  const from = map.latLngToLayerPoint(bounds.getNorthWest());
  const to = map.latLngToLayerPoint(bounds.getSouthEast());
  const x = (from.x + to.x) / 2;
  const inside = [from.y + h, to.y - h];
  const outside = [from.y - h * 0.7, to.y + h * 0.7];
  const aside = [from.x + (x - from.x) / 2, to.x - (to.x - x) / 2];
  return [
    ...inside.map((y) => ({ x, y })),
    ...inside.flatMap((y) => aside.map((side) => ({ x: side, y }))),
    ...outside.map((y) => ({ x, y })),
  ];
}

/** How many square pixels of the boxes a spot covers. */
const covered = (spot, boxes) => boxes.reduce((sum, box) => sum + shared(spot, box, "x", "w") * shared(spot, box, "y", "h"), 0);

const shared = (a, b, at, size) => Math.max(0, (a[size] + b[size]) / 2 - Math.abs(a[at] - b[at]));
