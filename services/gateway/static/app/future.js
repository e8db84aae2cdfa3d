/** The picture at a moment to come: the warnings that will hold then, by what has been sent by now.
 * Of people and incidents nothing is known yet, so none are in it. Pure; made once for each moment. */
const made = new WeakMap();

export function pictureAt(picture, at) {
  const known = made.get(picture);
  if (known?.at === at) return known.then;
  const then = foresee(picture, at);
  made.set(picture, { at, then });
  return then;
}

function foresee(picture, at) {
  const sent = [...picture.warnings, ...picture.coming];
  const warnings = sent.filter((warning) => holds(warning, at));
  const idsAt = (venue) => warnings.filter((row) => row.venues.includes(venue.id)).map((row) => row.id);
  return {
    ...picture,
    future: at,
    warnings,
    coming: sent.filter((warning) => Date.parse(warning.effective) > at),
    elsewhere: 0,
    warnings_elsewhere: [],
    exercises: [],
    incidents: [],
    need_help: [],
    venues: picture.venues.map((venue) => ({
      ...venue,
      warnings: idsAt(venue),
      incidents: [],
      observation: null,
      people: { ...venue.people, missing: 0 },
    })),
  };
}

/** Whether a warning is in force at a moment, in ms: from `effective` until `expires`, which is not in it. */
const holds = ({ effective, expires }, at) =>
  Date.parse(effective) <= at && (expires === null || at < Date.parse(expires));
