"""Whom an alert goes to, level by level. Pure."""

from events.alert import Step
from services.playbooks.playbook import Level, Whom
from services.playbooks.world import HEADQUARTERS, Subject, World

_TOLD_MAX = 5000
"""As many as one level of an alert may name."""


def addressed(level: Level, world: World, subject: Subject) -> Step:
    """Return who is told at a level. Whoever waits for help is not asked to bring it."""
    people: dict[str, None] = {}
    for whom in level.to:
        people.update(dict.fromkeys(_people(whom, world, subject)))
    for person in subject.people if subject.waits else ():
        people.pop(person, None)
    return Step(to=tuple(people)[:_TOLD_MAX], answer_within_s=level.answer_within_s)


def _people(whom: Whom, world: World, subject: Subject) -> tuple[str, ...]:
    if whom.startswith("lane:"):
        return _lane(whom.removeprefix("lane:"), world, subject)
    roster, venue = world.roster, subject.venue
    match whom:
        case "on-post":
            return roster.on_post(venue, world.at) if venue else ()
        case "leads":
            return tuple(lead for place in _places(world, subject) for lead in roster.leads(place))
        case "site-leads":
            return roster.leads(subject.site)
        case "site-post":
            return (f"post:{subject.site}",)
        case "duty-officers":
            return roster.duty_officers(HEADQUARTERS)
        case "helpers":
            pairs = (pair for one in subject.people for pair in roster.helpers_of(one))
            return tuple(helper for _, helper in pairs)
        case "team-lead":
            leads = (roster.lead_of(one) for one in subject.people)
            return tuple(lead for lead in leads if lead is not None)
        case "assigned":
            return (subject.assigned_to,) if subject.assigned_to else ()
        case _:
            return (f"post:{HEADQUARTERS}",)


def _places(world: World, subject: Subject) -> tuple[str, ...]:
    """Return the venues whose leads are meant: where it is, or else where its people were last."""
    if subject.venue is not None:
        return (subject.venue,)
    if not subject.waits:
        return ()
    evidence = world.picture.people.evidence
    seen = (evidence[one].venue for one in subject.people if one in evidence)
    return tuple(dict.fromkeys(venue for venue in seen if venue is not None))


def _lane(lane: str, world: World, subject: Subject) -> tuple[str, ...]:
    """Return those of a lane who are near, or all of them, and the lane's own post."""
    serving = world.roster.of_lane(lane)
    volunteers = world.picture.people.volunteers
    near = tuple(
        one
        for one in serving
        if one in volunteers and volunteers[one].site in (subject.site, HEADQUARTERS)
    )
    return (*(near or serving), f"lane:{lane}") if serving else ()
