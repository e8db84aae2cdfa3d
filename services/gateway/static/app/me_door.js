/** Who looks at their own page, and not at the command post's. */

/** What a printed code asks for behind the `#`: to check in at a post, or to find a person. */
export function asked(hash = location.hash) {
  const [, what, id] = /^#(check-in|person)=(.+)$/.exec(hash) ?? [];
  return what ? { what, id: decodeURIComponent(id) } : null;
}

/** A token of somebody's own that opens no more than a report, or one that has just scanned a code. */
export const hasOwnPage = ({ role, person, lanes }) =>
  Boolean(person) && (asked() !== null || (role === "reporter" && lanes.length === 0));

/** Go there with what was scanned. It never settles: this page is left. */
export function openOwnPage() {
  location.replace(new URL(`me${location.hash}`, document.baseURI));
  return new Promise(() => {});
}
