import { t, tag, text } from "./words.js";

/** Reading a picture: names by id, and what is worst where. Pure; made once for each picture. */
const RANK = ["calm", "unknown", "minor", "moderate", "missing", "severe", "extreme", "help"];
const SIGNALS = ["white", "blue", "yellow", "orange", "red"];
const made = new WeakMap();

export function lookAt(picture) {
  if (!made.has(picture)) made.set(picture, new Look(picture));
  return made.get(picture);
}

class Look {
  constructor(picture) {
    this.picture = picture;
    this.venues = byId(picture.venues);
    this.sites = byId(picture.sites);
    this.people = byId(picture.people.map(named(walkUps(picture.roll_calls))));
    this.warnings = byId(picture.warnings);
    this.incidents = byId(picture.incidents);
    this.feeds = byId(picture.feeds);
  }

  venueName(id) {
    const venue = this.venues.get(id);
    return venue ? text(venue.name) : id;
  }

  placeName(venue, site) {
    if (venue) return this.venueName(venue);
    const known = this.sites.get(site);
    return known ? text(known.name) : (site ?? "");
  }

  /** A place that is a venue's id, or in words. */
  placeOrWords(place) {
    return this.venues.has(place) ? this.venueName(place) : place;
  }

  /** The name of whoever is meant by an actor, a recipient or a person's id. `listed` is the row
   * that named them: of many people, the picture lists only some. */
  who(id, listed) {
    if (!id) return "";
    const [kind, rest] = id.includes(":") ? id.split(":", 2) : ["person", id];
    if (kind === "post") return t("who.post", { site: this.placeName(null, rest) });
    const person = this.people.get(rest) ?? this.picture.names?.[rest] ?? listed;
    if (!person) return kind === "person" ? id : rest;
    return (tag() === "en" && person.latin) || person.name;
  }

  open(venue) {
    return venue.incidents.map((id) => this.incidents.get(id)).filter(Boolean);
  }

  helpAt(venue) {
    return this.picture.need_help.filter((call) => call.venue === venue.id).length;
  }

  /** The worst thing at a venue, as one of RANK. */
  worst(venue) {
    const found = [
      ...this.open(venue).map((incident) => incident.severity),
      ...venue.warnings.map((id) => this.warnings.get(id)?.severity ?? "unknown"),
      venue.people.missing > 0 ? "missing" : "calm",
      this.helpAt(venue) > 0 ? "help" : "calm",
    ];
    return found.reduce((worst, one) => (RANK.indexOf(one) > RANK.indexOf(worst) ? one : worst));
  }

  /** The colour of the worst signal in force at a venue, if any signal was sent with one. */
  signal(venue) {
    const colours = venue.warnings.map((id) => this.warnings.get(id)?.colour);
    return SIGNALS.findLast((colour) => colours.includes(colour));
  }

  /** How bad it is at a venue: greater is worse. */
  rankOf(venue) {
    return RANK.indexOf(this.worst(venue));
  }

  /** Venues in the order in which they should be looked at. */
  worstFirst() {
    return [...this.picture.venues].sort((a, b) => this.rankOf(b) - this.rankOf(a));
  }

  /** Where an item lies, for the map: its own place, or its venue's. */
  positionOf(kind, id) {
    if (kind === "venue") return this.venues.get(id);
    if (kind === "person") return this.venues.get(this.people.get(id)?.venue);
    if (kind !== "incident") return undefined;
    const incident = this.incidents.get(id);
    return incident?.place ?? this.venues.get(incident?.venue);
  }
}

/** Whoever walked up and is on no roster has a name in the roll call alone. */
const walkUps = (calls) => byId(calls.flatMap((call) => call.walk_up_people));

const named = (strangers) => (person) => {
  const name = person.name === person.id ? strangers.get(person.id)?.name : undefined;
  return name ? { ...person, name, latin: name } : person;
};

const byId = (rows) => new Map(rows.map((row) => [row.id, row]));
