from functools import partial
from itertools import pairwise

from hypothesis import given as given_any
from hypothesis import strategies as st

from events.fact import Place, Text
from events.place import SiteRegistered, VenueRegistered
from services.sites.commands import RegisterSite, RegisterVenue
from services.sites.decider import SITE, VENUE
from tests.given import Given, lived
from tests.moments import NOON

ZONE = Text(zh="延庆赛区", en="Yanqing zone")
OTHER = Text(zh="延庆", en="Yanqing")
TRACK = Text(zh="雪车雪橇中心", en="Sliding Centre")
HILL = Place(lat=40.52, lon=115.79)

given_site = partial(Given, SITE)
given_venue = partial(Given, VENUE)


def register_site(name: Text = ZONE, reports_to: str | None = "hq") -> RegisterSite:
    return RegisterSite(
        site="yanqing", id="yanqing", at=NOON, by="ana", name=name, reports_to=reports_to
    )


def register_venue(place: Place = HILL, adcode: str = "110119") -> RegisterVenue:
    return RegisterVenue(
        site="yanqing", id="track", at=NOON, by="ana", name=TRACK, place=place, adcode=adcode
    )


def test_a_site_is_registered() -> None:
    given_site([]).when(register_site()).then(SiteRegistered(name=ZONE, reports_to="hq"))


def test_registering_a_site_twice_records_nothing() -> None:
    given_site([SiteRegistered(name=ZONE, reports_to="hq")]).when(register_site()).then()


def test_registering_a_site_anew_replaces_what_was_said() -> None:
    given_site([SiteRegistered(name=ZONE, reports_to="hq")]).when(register_site(OTHER)).then(
        SiteRegistered(name=OTHER, reports_to="hq")
    )


def test_a_site_does_not_report_to_itself() -> None:
    given_site([]).when(register_site(reports_to="yanqing")).rejected(
        "reports-to-itself", naming=["yanqing"]
    )


def test_a_venue_is_registered_once_and_replaced_by_other_content() -> None:
    track = VenueRegistered(name=TRACK, place=HILL, adcode="110119")
    moved = Place(lat=40.0, lon=115.0)
    given_venue([]).when(register_venue()).then(track)
    given_venue([track]).when(register_venue()).then()
    given_venue([track]).when(register_venue(place=moved)).then(
        VenueRegistered(name=TRACK, place=moved, adcode="110119")
    )


@given_any(
    st.lists(
        st.builds(register_site, st.sampled_from([ZONE, OTHER]), st.sampled_from(["hq", None]))
    )
)
def test_the_last_word_about_a_site_stands(commands: list[RegisterSite]) -> None:
    facts = lived(SITE, commands)
    if commands:
        assert facts[-1] == SiteRegistered(
            name=commands[-1].name, reports_to=commands[-1].reports_to
        )


@given_any(st.lists(st.builds(register_venue, adcode=st.sampled_from(["110119", "110229"]))))
def test_the_last_word_about_a_venue_stands(commands: list[RegisterVenue]) -> None:
    codes = [fact.adcode for fact in lived(VENUE, commands) if isinstance(fact, VenueRegistered)]
    assert codes[-1:] == [command.adcode for command in commands[-1:]]
    assert all(before != after for before, after in pairwise(codes))
