"""The outlook: kept up to date event by event, it is what looking at every warning gives."""

from hypothesis import given
from hypothesis import strategies as st

from events.envelope import Event
from events.weather import WarningCancelled, WarningIssued, WarningSuperseded, WarningUpdated
from projections.live import Live
from projections.moment import Moment
from projections.outlook import Outlook
from projections.picture import Picture
from projections.view import view
from projections.weather import LISTED, in_force
from tests.unit.projections.build import at, message, picture, said, site, venue, warned
from tests.unit.projections.histories import thorough

GROUND = (site(), site("beijing"), venue(), venue("oval", "beijing"))
minutes = st.integers(-10, 60)


@st.composite
def warnings(draw: st.DrawFn) -> Event:
    key = draw(st.sampled_from(("w0", "w1", "w2")))
    if draw(st.integers(0, 5)) == 0:
        return said(WarningSuperseded(by="w9"), key, 0)
    cap = message(
        draw(st.sampled_from("mnop")),
        draw(st.integers(-60, 0)),
        effective=draw(st.one_of(st.none(), minutes)),
        expires=draw(st.one_of(st.none(), minutes)),
        status=draw(st.sampled_from(("Actual", "Actual", "Test"))),
        venues=draw(st.sampled_from(((), ("alpine",), ("alpine", "oval"), ("unheard-of",)))),
    )
    return said(
        draw(st.sampled_from((WarningIssued, WarningUpdated, WarningCancelled)))(message=cap), key
    )


steps = st.lists(st.tuples(warnings(), minutes), max_size=12)


@thorough
@given(steps)
def test_kept_up_to_date_it_is_what_looking_at_every_warning_gives(
    history: list[tuple[Event, int]],
) -> None:
    of = picture(*GROUND)
    outlook = Outlook(of)
    for number, (told, minute) in enumerate(history, of.seq + 1):
        event = told._replace(id=str(number), seq=number)
        of.apply(event)
        outlook.touch(event)
        moment = Moment(of, at(minute))
        assert in_force(moment, outlook.refresh(at(minute))) == in_force(moment)
    assert_is_all(of, outlook)


def assert_is_all(of: Picture, outlook: Outlook) -> None:
    """It holds what is in force or to come by the rows themselves, and nothing else."""
    outlook.refresh(at(70))
    held = {*outlook.near, *outlook.exercises, *(id for _, id in outlook.far)}
    assert held == {id for id, row in of.warnings.rows.items() if row.in_force(at(70))}


def test_time_alone_begins_and_ends_a_warning() -> None:
    of = picture(*GROUND, warned("w0", message("m1", 0, effective=10, expires=20)))
    live = Live(of)
    for minute, here, coming in ((0, 0, 1), (10, 1, 0), (19, 1, 0), (20, 0, 0), (5, 0, 1)):
        seen = view(of, at(minute), live=live)
        assert (len(seen["warnings"]), len(seen["coming"])) == (here, coming)


def test_of_ten_thousand_far_away_the_newest_are_listed_and_all_are_counted() -> None:
    far = [warned(f"w{n:05}", message(f"m{n}", n / 1000, venues=())) for n in range(10_000)]
    of = picture(*GROUND, *far)
    live = Live(of)
    seen = view(of, at(60), live=live)
    assert (seen["elsewhere"], len(seen["warnings_elsewhere"])) == (10_000, LISTED)
    assert seen["warnings_elsewhere"][0]["id"] == "w09999"
    gone = said(WarningCancelled(message=message("c", 20, venues=())), "w09999", 30, seq=of.seq + 1)
    of.apply(gone)
    live.apply(gone)
    seen = view(of, at(61), live=live)
    assert (seen["elsewhere"], seen["warnings_elsewhere"][0]["id"]) == (9_999, "w09998")
