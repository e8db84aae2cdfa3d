import { render } from "preact";
import { Areas } from "./areas.js";
import { html } from "./html.js";
import { lookAt } from "./look.js";
import { IncidentCard, VenueBadge, VenueCard, venueTitle } from "./mapcards.js";
import { arrange } from "./room.js";
import { select } from "./store.js";
import { Shape } from "./shapes.js";
import { textWidth } from "./textwidth.js";
import { text, word } from "./words.js";

/** The map: land from Natural Earth, our venues, warnings' areas and incidents. No borders, no tiles. */
const L = window.L;
const PIN = { w: 40, h: 40 };
const DOTS_Z = -2000; // below whatever has words
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class MusterMap {
  constructor(element) {
    const moves = { fadeAnimation: !calm.matches, zoomAnimation: !calm.matches, markerZoomAnimation: !calm.matches };
    this.map = L.map(element, { ...moves, zoomSnap: 0.25, minZoom: 2, maxZoom: 16, attributionControl: false });
    this.map.setView([40.4, 115.9], 8);
    this.map.zoomControl.setPosition("bottomright");
    L.control.scale({ imperial: false }).addTo(this.map);
    this.map.createPane("land").style.zIndex = 200;
    this.map.createPane("labels").style.zIndex = 450; // under the venues' badges
    this.areas = new Areas(this.map, this);
    this.leads = L.layerGroup().addTo(this.map);
    this.marks = L.layerGroup().addTo(this.map);
    this.items = new Map(); // "kind id" -> its marker or area
    this.fitted = "";
    this.moved = false; // whether somebody chose what to look at
    this.map.on("zoomend", () => this.place());
    this.map.on("dragstart", () => (this.moved = true));
    this.map.on("zoomstart", () => (this.moved ||= !this.fitting));
    this.map.on("popupopen", ({ popup }) => (this.card = popup));
    drawLand(this.map);
  }

  /** Follow the frame's size: see all venues still, unless somebody looks elsewhere by now. A card that is open
   * stays in sight. */
  resize() {
    this.map.invalidateSize();
    if (this.look && !this.moved) this.fit(this.look.picture.venues, true);
    if (this.card?.isOpen()) this.card.update();
  }

  /** Show a picture. Markers that are still there are kept, so that focus and popups stay. */
  show(picture, geometries) {
    this.look = lookAt(picture);
    this.areas.show(this.look, geometries);
    const pins = picture.incidents.filter((row) => row.place && row.ended_at === null);
    this.wanted = [
      ...picture.venues.map((venue) => this.venueMark(venue)),
      ...pins.map((incident) => this.incidentMark(incident)),
    ];
    this.place();
    this.fit(picture.venues);
  }

  venueMark(venue) {
    const { look } = this;
    return {
      key: `venue ${venue.id}`,
      at: [venue.lat, venue.lon],
      size: badgeSize(text(venue.name)),
      rank: look.rankOf(venue),
      outline: venue.outline,
      title: venueTitle(look, venue),
      badge: (level) => html`<${VenueBadge} look=${look} venue=${venue} level=${level} />`,
      card: html`<${VenueCard} look=${look} venue=${venue} />`,
    };
  }

  incidentMark(incident) {
    return {
      key: `incident ${incident.id}`,
      at: [incident.place.lat, incident.place.lon],
      size: PIN,
      rank: Infinity,
      title: `${word("severity", incident.severity)} · ${word("category", incident.category)}`,
      badge: () => html`<span class="pin"><${Shape} of=${incident.needs_help ? "help" : incident.severity} /></span>`,
      card: html`<${IncidentCard} look=${this.look} incident=${incident} />`,
    };
  }

  /** Put every mark beside its point, apart from the others, with a line to where it belongs. */
  place() {
    if (!this.wanted) return;
    const marks = this.arranged();
    this.leads.clearLayers();
    const kept = new Set(marks.map(({ key }) => key));
    for (const [key, layer] of this.items) {
      if (key.startsWith("warning ") || kept.has(key)) continue;
      this.marks.removeLayer(layer);
      this.items.delete(key);
    }
    for (const mark of marks) {
      const to = this.map.layerPointToLatLng([mark.spot.x, mark.spot.y]);
      if (mark.outline) L.polygon(mark.outline, { className: "outline", interactive: false }).addTo(this.leads);
      L.polyline([mark.at, to], { className: "lead", interactive: false }).addTo(this.leads);
      L.circleMarker(mark.at, { radius: 3, className: "spot", interactive: false }).addTo(this.leads);
      this.draw(mark, to);
    }
    this.areas.place(this.map, marks.map(({ spot, size }) => ({ ...spot, ...size })));
  }

  /** The marks with their places, worked out again when a point or a badge is another one. */
  arranged() {
    const points = this.wanted.map((mark) => ({ ...mark, ...this.map.latLngToLayerPoint(mark.at) }));
    const asked = points.map(({ key, x, y, size, rank }) => `${key} ${x} ${y} ${size.w} ${rank}`).join();
    if (asked !== this.asked) {
      this.asked = asked;
      this.places = new Map(arrange(points).map(({ key, spot, size, level }) => [key, { spot, size, level }]));
    }
    return points.map((mark) => ({ ...mark, ...this.places.get(mark.key) }));
  }

  draw({ key, size, level, title, badge, card }, to) {
    const known = this.items.get(key);
    const fits = known?.width === size.w; // its name grows or shrinks, as when the language changes
    const was = fits ? {} : { open: known?.isPopupOpen(), focused: known?.getElement() === document.activeElement };
    if (known && !fits) this.marks.removeLayer(known);
    const marker = fits ? known : this.makeMarker(key, size);
    marker.setLatLng(to);
    marker.setZIndexOffset(level === 2 ? DOTS_Z : 0);
    render(badge(level), marker.badge);
    render(card, marker.card);
    const element = marker.getElement();
    element.setAttribute("aria-label", title);
    element.title = title;
    if (was.open) marker.openPopup();
    if (was.focused) element.focus();
  }

  makeMarker(key, { w, h }) {
    const badge = document.createElement("div");
    const icon = L.divIcon({ className: "mark-box", html: badge, iconSize: [w, h] });
    const marker = L.marker([0, 0], { icon, riseOnHover: true });
    marker.badge = badge;
    marker.width = w;
    this.remember(key, marker);
    return marker.addTo(this.marks);
  }

  remember(key, layer, card = document.createElement("div")) {
    const [kind, id] = key.split(" ");
    layer.card = card;
    layer.bindPopup(layer.card, { minWidth: 220, maxWidth: 300, closeButton: false });
    layer.on("click", () => select(kind, id, "map"));
    layer.on("keypress", (event) => {
      if (event.originalEvent.key === "Enter") select(kind, id, "map");
    });
    this.items.set(key, layer);
  }

  /** See all venues; again only when other venues are shown, so that nobody's view is taken away. */
  fit(venues, force = false) {
    const ids = venues.map((venue) => venue.id).join(" ");
    if (venues.length === 0 || (ids === this.fitted && !force)) return;
    this.fitted = ids;
    const side = Math.min(100, this.map.getSize().x / 6); // half a badge, where there is room
    const bounds = L.latLngBounds(venues.map((venue) => [venue.lat, venue.lon]));
    this.fitting = true;
    this.moved = false;
    this.map.once("moveend", () => (this.fitting = false)); // an animated one goes on for a while
    this.map.fitBounds(bounds, {
      paddingTopLeft: [side, 90],
      paddingBottomRight: [side, 104],
      maxZoom: 13,
      animate: !calm.matches,
    });
  }

  /** Go to what was chosen in a list, and open its card. */
  go({ kind, id }) {
    this.moved = true;
    const layer = this.items.get(`${kind} ${id}`);
    if (kind === "warning") return this.goToArea(id, layer);
    const position = this.look?.positionOf(kind, id);
    if (!position) return;
    this.map.panTo([position.lat, position.lon], { animate: !calm.matches });
    const venue = this.look.people.get(id)?.venue ?? this.look.incidents.get(id)?.venue;
    (layer ?? this.items.get(`venue ${venue}`))?.openPopup();
  }

  /** See where a warning holds. Many are sent without an area on the map: then the venues it names. */
  goToArea(id, layer) {
    const venues = this.look.warnings.get(id)?.venues.map((venue) => this.look.venues.get(venue));
    const points = (venues ?? []).filter(Boolean).map(({ lat, lon }) => [lat, lon]);
    const bounds = layer?.getBounds() ?? L.latLngBounds(points);
    if (!bounds.isValid()) return;
    this.map.fitBounds(bounds, { padding: [60, 60], maxZoom: 11, animate: !calm.matches });
    layer?.openPopup();
  }
}

const badgeSize = (name) => ({ w: Math.min(textWidth(name) + 70, 220), h: 40 });

async function drawLand(map) {
  const answer = await fetch(new URL("../vendor/world-atlas/land-50m.json", import.meta.url));
  const world = await answer.json();
  const land = window.topojson.feature(world, world.objects.land);
  const style = { className: "land" };
  L.geoJSON(land, { pane: "land", interactive: false, style }).addTo(map);
  const grid = { pane: "land", interactive: false, className: "grid" };
  L.polyline(graticule(), grid).addTo(map);
}

/** The meridians and parallels at every full degree. */
function graticule() {
  const degrees = (most) => Array.from({ length: 2 * most + 1 }, (_, i) => i - most);
  const meridians = degrees(180).map((lon) => [[-85, lon], [85, lon]]);
  const parallels = degrees(85).map((lat) => [[lat, -180], [lat, 180]]);
  return [...meridians, ...parallels];
}
