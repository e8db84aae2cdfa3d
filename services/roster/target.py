"""What will be said of a person once a row has been taken in."""

from collections.abc import Sequence
from typing import NamedTuple, get_args

from events.lane import Helper, Lane
from events.message import PAGE
from projections.people import Volunteer
from services.roster.against import Options
from services.roster.contacts import Contact, merged, same, says_contact, usable
from services.roster.entries import Entry
from services.roster.fields import is_latin
from services.roster.problems import Problems
from services.roster.references import Everyone
from services.roster.texts import shown
from services.roster.tidy import tidy_name
from services.roster.vocabulary import language_of

_HELPERS_MAX = 40
_CHANNELS_MAX = 10
_LANES: tuple[Lane, ...] = get_args(Lane)


class Target(NamedTuple):
    """The row, whose box is the one that was there before, and how the person is reached."""

    row: Volunteer
    contact: Contact


def target_of(
    entry: Entry,
    row: Volunteer | None,
    contact: Contact,
    everyone: Everyone,
    options: Options,
    problems: Problems,
) -> Target | None:
    """Return what will be said of a person, None where the row does not say enough for it.

    Whom it names is looked for in any case, so that every problem is told at once.
    """
    lead = _lead(entry, row, everyone, problems)
    helpers = _helpers(entry, row, everyone, problems)
    reached = merged(entry, contact, options.templates)
    channels = _channels(entry, row, contact, reached, options, problems)
    name, role, site = entry.name, entry.role, entry.site
    if not entry.id or name is None or role is None or site is None:
        return None
    said = Volunteer(
        site=site,
        name=row.name if row and tidy_name(row.name)[0] == name else name,
        latin=_latin(entry, row, name),
        role=role,
        leads=_leads(entry, row),
        languages=_languages(entry, row),
        lead=lead,
        helpers=helpers,
        lanes=_kept(entry.lanes, row.lanes if row else ()),
        phases=_phases(entry, row, options),
        channels=channels,
        contact=row.contact if row else None,
    )
    return Target(said, reached)


def differing(row: Volunteer, contact: Contact, target: Target) -> tuple[str, ...]:
    """Return the fields in which a person will be another than they are."""
    fields = [
        field
        for field in Volunteer._fields
        if field != "contact" and getattr(row, field) != getattr(target.row, field)
    ]
    if not same(contact, target.contact):
        fields.append("contact")
    return tuple(fields)


def _kept(said: tuple[Lane, ...] | None, known: tuple[Lane, ...]) -> tuple[Lane, ...]:
    if said is None or set(said) == set(known):
        return known
    return said


def _latin(entry: Entry, row: Volunteer | None, name: str) -> str:
    if entry.latin:
        return row.latin if row and tidy_name(row.latin)[0] == entry.latin else entry.latin
    if row is not None and (entry.latin is None or not is_latin(row.latin)):
        return row.latin
    return name  # nobody said how it is written; whoever reads Latin letters only sees the id


def _leads(entry: Entry, row: Volunteer | None) -> tuple[str, ...]:
    if entry.leads is not None:
        known = row.leads if row else ()
        return known if set(known) == set(entry.leads) else entry.leads
    if row is not None and row.leads:
        return row.leads
    return (entry.venue,) if entry.role == "team-leader" and entry.venue is not None else ()


def _languages(entry: Entry, row: Volunteer | None) -> tuple[str, ...]:
    known = row.languages if row else ()
    if entry.languages is None:
        return known
    same_tags = tuple(dict.fromkeys(language_of(tag) or tag for tag in known)) == entry.languages
    return known if same_tags else entry.languages


def _phases(entry: Entry, row: Volunteer | None, options: Options) -> tuple[str, ...]:
    """A file for a phase adds it to what is known; who serves in all of them goes on doing so."""
    if entry.phases is not None and (entry.phases or not options.phase):
        known = row.phases if row else ()
        return known if set(known) == set(entry.phases) else entry.phases
    known = row.phases if row else ()
    if options.phase is None or options.phase in known or (row is not None and not known):
        return known
    return (*known, options.phase)


def _lead(
    entry: Entry, row: Volunteer | None, everyone: Everyone, problems: Problems
) -> str | None:
    known = row.lead if row else None
    if entry.lead is None:
        return known
    if not entry.lead:
        return None
    kept = (known,) if known else ()
    found = everyone.find(entry, "lead", entry.lead, kept, problems)
    if found is not None and found == entry.id and found != known:
        problems.note("own-lead", entry.spot("lead"))
        return None
    return found


def _helpers(
    entry: Entry, row: Volunteer | None, everyone: Everyone, problems: Problems
) -> tuple[Helper, ...]:
    known = row.helpers if row else ()
    if not entry.helpers:
        return known
    named: dict[str, tuple[str, ...]] = {}
    for lane in _LANES:
        before = tuple(helper.person for helper in known if helper.lane == lane)
        written = entry.helpers.get(lane)
        named[lane] = (
            before if written is None else _people(entry, lane, before, everyone, problems)
        )
        if set(named[lane]) == set(before):
            named[lane] = before
    if all(
        named[lane] == tuple(helper.person for helper in known if helper.lane == lane)
        for lane in _LANES
    ):
        return known
    helpers = tuple(Helper(lane=lane, person=person) for lane in _LANES for person in named[lane])
    if len(helpers) > _HELPERS_MAX:
        problems.error("too-many", entry.spot("id"), most=_HELPERS_MAX)
    return helpers[:_HELPERS_MAX]


def _people(
    entry: Entry, lane: Lane, before: Sequence[str], everyone: Everyone, problems: Problems
) -> tuple[str, ...]:
    field = f"helper:{lane}"
    found: dict[str, None] = {}
    for named in entry.helpers[lane]:
        person = everyone.find(entry, field, named, before, problems)
        if person == entry.id and person not in before:
            problems.note("own-helper", entry.spot(field))
        elif person is not None:
            found[person] = None
    return tuple(found)


def _channels(
    entry: Entry,
    row: Volunteer | None,
    before: Contact,
    reached: Contact,
    options: Options,
    problems: Problems,
) -> tuple[str, ...]:
    known = row.channels if row else ()
    says = says_contact(entry, options.templates)
    can = (PAGE, *usable(reached))
    if entry.channels is not None:
        if says and entry.channels != known:
            for channel in entry.channels:
                if channel not in can:
                    spot = entry.spot("channels")
                    problems.error("channel-without-address", spot, shown=shown(channel))
        return entry.channels
    if not says or same(before, reached):
        return known
    kept = [channel for channel in known if channel in can]
    new = [channel for channel in usable(reached) if channel not in kept]
    return (*kept, *new)[:_CHANNELS_MAX]
