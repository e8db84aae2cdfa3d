"""Compares a file with the roster as it is: who is new, who changes, who is not in it."""

from typing import Literal, NamedTuple

from projections.people import Volunteer
from services.roster.against import Known, Options
from services.roster.contacts import NO_CONTACT, Contact, contact_of, judge_templates
from services.roster.doubles import find_doubles
from services.roster.entries import Entry, Parsed, Words
from services.roster.fields import is_identity_number
from services.roster.problems import Problem, Problems, Spot
from services.roster.references import Everyone
from services.roster.target import Target, differing, target_of
from services.roster.texts import shown_value


class Change(NamedTuple):
    """A person who is new, or of whom something else is said. `contact` None stays as it is."""

    id: str
    kind: Literal["added", "changed"]
    fields: tuple[str, ...]
    row: Volunteer
    contact: Contact | None


class Plan(NamedTuple):
    """What is to be done. With errors nothing is."""

    errors: list[Problem]
    notes: list[Problem]
    counted: dict[str, dict[str, int]]
    """How many errors and notes of each code, listed or not."""
    changes: list[Change]
    unchanged: int
    absent: tuple[str, ...]
    """On the roster, and not in the file: by id."""


def plan(parsed: Parsed, name: str, words: Words, known: Known, options: Options) -> Plan:
    """Return what an import of a file comes to. `name` is what the file is called."""
    entries, problems = parsed
    judge_templates(options.templates, name, problems)
    _judge_phase(options.phase, name, words, problems)
    find_doubles(entries, known.people, problems)
    readable = not problems.counted["error", "columns-swapped"]
    everyone = Everyone(known.people, entries, readable=readable)
    changes: list[Change] = []
    unchanged = 0
    for entry in entries:
        _judge(entry, words, known, options, problems)
        row = known.people.get(entry.id or "")
        contact = contact_of(known.open(row.contact)) if row and row.contact else NO_CONTACT
        target = target_of(entry, row, contact, everyone, options, problems)
        if target is None or problems.errors:
            continue
        change = _change(entry, row, contact, target)
        if change:
            changes.append(change)
        else:
            unchanged += 1
    _tell_of_channels(entries, options, problems)
    return Plan(
        problems.sorted("error"),
        problems.sorted("note"),
        {
            level: {code: n for (of, code), n in problems.counted.items() if of == level}
            for level in ("error", "note")
        },
        [] if problems.errors else changes,
        0 if problems.errors else unchanged,
        _absent(entries, known, options) if entries else (),  # of a file that was read
    )


def _change(entry: Entry, row: Volunteer | None, contact: Contact, target: Target) -> Change | None:
    id = entry.id or ""
    if row is None:
        said = None if target.contact == NO_CONTACT else target.contact
        return Change(id, "added", (), target.row, said)
    fields = differing(row, contact, target)
    if not fields:
        return None
    return Change(
        id, "changed", fields, target.row, target.contact if "contact" in fields else None
    )


def _judge(entry: Entry, words: Words, known: Known, options: Options, problems: Problems) -> None:
    """Add what a row must not say, as the roster is."""
    row = known.people.get(entry.id or "")
    if row is None and entry.id:
        _judge_new_id(entry.id, entry, problems)
    if entry.id and known.is_erased(entry.id):
        problems.error("erased", entry.spot("id"), shown_value("id", entry.id))
    if entry.site and not known.sees(entry.site):
        problems.error("site-not-allowed", entry.spot("site"), entry.site, site=entry.site)
    elif entry.site and row and row.site != entry.site:
        problems.error("registered-elsewhere", entry.spot("id"), home=row.site, site=entry.site)
    for place in entry.leads or ():
        kept = row is not None and place in row.leads
        if kept:
            continue
        venue = words.venues.find(place)
        site = words.site_of.get(venue) if venue is not None else words.sites.find(place)
        if site is not None and not known.sees(site):
            # Who leads is told of calls there and answers for people there.
            problems.error("site-not-allowed", entry.spot("leads"), place, site=site)
        elif site is None:
            zh, en = words.venues.like(place)
            problems.error(
                "unknown-place", entry.spot("leads"), place, shown=place, like_zh=zh, like_en=en
            )
    _judge_phases(entry, row, words, options, problems)


def _judge_new_id(id: str, entry: Entry, problems: Problems) -> None:
    """Add what must not become anybody's id: ids are shown to everybody and stay in the log."""
    if is_identity_number(id):
        problems.error("identity-number", entry.spot("id"))
    elif id == entry.phone:
        problems.error("phone-as-id", entry.spot("id"))


def _judge_phase(phase: str | None, name: str, words: Words, problems: Problems) -> None:
    """Add it if the phase that the whole file is for is none of those that are planned."""
    if phase is not None and not words.any_phase and words.phases.find(phase) != phase:
        zh, en = words.phases.like(phase)
        problems.error("unknown-phase", Spot(name), phase, shown=phase[:60], like_zh=zh, like_en=en)


def _judge_phases(
    entry: Entry, row: Volunteer | None, words: Words, options: Options, problems: Problems
) -> None:
    for phase in entry.phases or ():
        kept = row is not None and phase in row.phases
        if not kept and not words.any_phase and words.phases.find(phase) is None:
            zh, en = words.phases.like(phase)
            problems.error(
                "unknown-phase", entry.spot("phases"), phase, shown=phase, like_zh=zh, like_en=en
            )
    if options.phase and entry.phases and options.phase not in entry.phases:
        problems.error("other-phase", entry.spot("phases"), phase=options.phase)


def _tell_of_channels(entries: list[Entry], options: Options, problems: Problems) -> None:
    """Note, once for a column, that nothing is sent by what it holds."""
    told: set[tuple[str, str]] = set()
    filled = " ".join(options.templates.values())
    for entry in entries:
        written = {channel: text for channel, text in entry.addresses.items() if text}
        if entry.phone:
            written["phone"] = entry.phone
        for channel, text in written.items():
            if "://" in text or f"{{{channel}}}" in filled or channel in options.templates:
                continue
            field = channel if channel in ("phone", "mail") else f"address:{channel}"
            if (entry.sheet, field) not in told:
                told.add((entry.sheet, field))
                spot: Spot = entry.spot(field)._replace(row=entry.header.row)
                name = "sms" if channel == "phone" else channel
                problems.note("kept-not-sent", spot, channel=name)


def _absent(entries: list[Entry], known: Known, options: Options) -> tuple[str, ...]:
    named = {entry.id for entry in entries}
    phase = options.phase
    return tuple(
        sorted(
            id
            for id, row in known.people.items()
            if id not in named
            and known.sees(row.site)
            and (phase is None or not row.phases or phase in row.phases)
        )
    )
