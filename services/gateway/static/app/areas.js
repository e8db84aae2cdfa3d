import { render } from "preact";
import { isGrey } from "./feeds.js";
import { hatchOf } from "./hatch.js";
import { html } from "./html.js";
import { WarningCard } from "./mapcards.js";
import { textWidth } from "./textwidth.js";
import { sent, t, word } from "./words.js";

const L = window.L;
const LABEL_H = 26;
const NAMED_FROM = 40; // pixels: a smaller area is named by its card alone, its label would hide more than it tells
const RANK = ["white", "blue", "yellow", "orange", "red"];

/** The warnings' areas on the map: each in its signal's colour and pattern, with its name and colour in words. */
export class Areas {
  /** `marks` remembers what can be chosen on the map: its `items` by key. */
  constructor(map, marks) {
    this.layer = L.layerGroup().addTo(map);
    this.marks = marks;
    this.drawn = new Map(); // a warning's id -> its area, its label, and what they were drawn from
  }

  /** Show those whose place is known, the worst on top. One that stays as it was is left alone, and with it a card
   * that somebody reads. */
  show(look, geometries) {
    const known = look.picture.warnings.filter(({ id }) => geometries.has(id)).sort(leastFirst);
    const ids = new Set(known.map(({ id }) => id));
    for (const id of this.drawn.keys()) if (!ids.has(id)) this.remove(id);
    const renewed = known.filter((warning) => this.renew(look, warning, geometries.get(warning.id)));
    if (renewed.length > 0) for (const { id } of known) this.drawn.get(id)?.area.bringToFront();
    for (const warning of known.filter(({ id }) => this.drawn.has(id))) {
      this.name(warning, this.drawn.get(warning.id));
      render(html`<${WarningCard} look=${look} warning=${warning} />`, this.drawn.get(warning.id).area.card);
    }
  }

  remove(id) {
    const { area, label } = this.drawn.get(id);
    this.layer.removeLayer(area).removeLayer(label);
    this.marks.items.delete(`warning ${id}`);
    this.drawn.delete(id);
  }

  /** Draw an area that is new, or another one than before: then its card stays open where it was. Return whether
   * it was drawn. */
  renew(look, warning, feature) {
    const stale = isGrey(look.feeds.get(warning.feed));
    const from = drawnFrom(warning, feature, stale);
    const was = this.drawn.get(warning.id);
    if (was?.from === from) return false;
    const area = this.outline(warning, feature, stale);
    const bounds = area.getBounds();
    if (!bounds.isValid()) {
      if (was) this.remove(warning.id);
      return false;
    }
    const read = was?.area.isPopupOpen() ? was.area.getPopup().getLatLng() : null;
    if (was) this.layer.removeLayer(was.area);
    this.marks.remember(`warning ${warning.id}`, area, was?.area.card);
    area.addTo(this.layer);
    if (read) area.openPopup(read);
    this.drawn.set(warning.id, { from, area, bounds, h: LABEL_H, label: was?.label ?? this.label(bounds.getCenter()) });
    return true;
  }

  outline(warning, feature, stale) {
    const className = `area area-${warning.colour ?? "none"}${stale ? " area-stale" : ""}`;
    // A message names its area once in each language: by the even-odd rule the two would leave a hole.
    const style = { className, fillColor: hatchOf(warning.colour), fillOpacity: 1, fillRule: "nonzero" };
    return L.geoJSON(feature, { style });
  }

  label(at) {
    const tip = { pane: "labels", permanent: true, direction: "center", className: "area-label", interactive: false };
    return L.tooltip(tip).setLatLng(at).addTo(this.layer);
  }

  /** Write a label in the language that is read, in place: a new one would stand beside the old one that fades. */
  name(warning, drawn) {
    const text = labelText(warning);
    const named = `${warning.colour} ${text}`;
    if (drawn.named === named) return;
    const content = document.createElement("span");
    content.className = `label-${warning.colour}`;
    content.textContent = text;
    drawn.label.setContent(content);
    Object.assign(drawn, { named, w: textWidth(text) + 24 });
  }

  /** Put the labels where they cover as little as may be of the marks' boxes, and of one another. */
  place(map, boxes) {
    const taken = [...boxes];
    for (const { label, bounds, w, h } of this.drawn.values()) {
      const small = side(map, bounds) < NAMED_FROM;
      label.getElement()?.classList.toggle("area-label-small", small);
      if (small) continue;
      const spots = around(map, bounds, h).map(({ x, y }) => ({ x, y, w, h }));
      const best = spots.reduce((one, other) => (covered(other, taken) < covered(one, taken) ? other : one));
      taken.push(best);
      label.setLatLng(map.layerPointToLatLng([best.x, best.y]));
    }
  }
}

/** What an area was drawn from: the picture may be ahead of the area that is fetched for it. */
function drawnFrom(warning, feature, stale) {
  const { identifier, sent: at } = feature.properties;
  return `${identifier} ${at} ${warning.colour} ${stale}`;
}

const leastFirst = (a, b) => RANK.indexOf(a.colour) - RANK.indexOf(b.colour);

function labelText(warning) {
  const colour = warning.colour ? word("colour", warning.colour) : word("severity", warning.severity);
  return t("map.area", { event: sent(warning.event).text, colour });
}

/** The longer side of an area on the screen, in pixels. */
function side(map, bounds) {
  const { x, y } = map.latLngToLayerPoint(bounds.getSouthEast()).subtract(map.latLngToLayerPoint(bounds.getNorthWest()));
  return Math.max(x, y);
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
