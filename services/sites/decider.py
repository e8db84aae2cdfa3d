"""What may happen to sites and venues. The state is the last thing that was said of them."""

from collections.abc import Sequence

from events.fact import Fact
from events.place import SiteRegistered, VenueRegistered
from services.decider import Decider, Rejected
from services.sites.commands import SiteCommand, VenueCommand
from services.sites.outline import judged_outline

Site = SiteRegistered | None
Venue = VenueRegistered | None


def decide_site(state: Site, command: SiteCommand) -> Sequence[Fact]:
    """Register a site; raise Rejected when it would report to itself."""
    if command.reports_to == command.id:
        raise Rejected(
            "reports-to-itself",
            zh=f"登记指挥部 {command.id}：不能向自己报告",
            en=f"register site {command.id}: it cannot report to itself",
            field="reports_to",
        )
    fact = SiteRegistered(name=command.name, reports_to=command.reports_to)
    return [] if fact == state else [fact]


def evolve_site(state: Site, fact: Fact) -> Site:
    """Return what was said last."""
    return fact if isinstance(fact, SiteRegistered) else state


def decide_venue(state: Venue, command: VenueCommand) -> Sequence[Fact]:
    """Register a venue; raise Rejected when its outline is none."""
    fact = VenueRegistered(
        name=command.name,
        place=command.place,
        adcode=command.adcode,
        outline=judged_outline(command.id, command.place, command.outline),
        margin_m=command.margin_m,
    )
    return [] if fact == state else [fact]


def evolve_venue(state: Venue, fact: Fact) -> Venue:
    """Return what was said last."""
    return fact if isinstance(fact, VenueRegistered) else state


SITE: Decider[Site, SiteCommand] = Decider("site", None, decide_site, evolve_site)
VENUE: Decider[Venue, VenueCommand] = Decider("venue", None, decide_venue, evolve_venue)
