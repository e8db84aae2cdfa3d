"""What is said of a venue as measurements come: once, in time, and the same after a restart."""

from datetime import datetime
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from events.envelope import Event
from events.fact import Place
from events.weather import WarningMessage
from services.ask import Ask, events_of
from services.weather.commands import TakeMessage
from services.weather.decider import WARNING
from services.weather.match.globe import distance_km
from services.weather.rules.evaluate import Wanted
from services.weather.rules.process import Occasion, say, supersede
from tests.moments import at
from tests.unit.weather.measurements import GALE, RULES, VENUE, gusts, observed
from tests.unit.weather.watch import TRACK, Said, Watch


def messages(watch: Watch) -> list[WarningMessage]:
    return [event.data.message for event in watch.log if isinstance(event.data, Said)]


def warnings(watch: Watch) -> set[str]:
    return {event.key for event in watch.log if isinstance(event.data, Said)}


def test_a_storm_is_one_warning_that_rises_falls_and_is_lifted() -> None:
    watch = Watch()
    watch.arrives(*gusts((0, 8.0), (30, 14.0), (60, 22.0), (90, 29.0), (120, 27.0), (150, 12.5)))
    watch.arrives(*gusts((180, 22.0), (210, 24.0), (240, 10.0), (270, 9.0), (300, 8.0)))
    assert watch.told == [
        ("issued", "blue"),
        ("updated", "yellow"),
        ("updated", "orange"),
        ("updated", "yellow"),
        ("cancelled", "yellow"),
    ]
    assert len(warnings(watch)) == 1


def test_a_message_says_what_was_measured_where_and_until_when_in_both_languages() -> None:
    watch = Watch()
    watch.arrives(*gusts((0, 29.3)))
    [message] = messages(watch)
    chinese, english = message.texts
    assert (chinese.language, english.language) == ("zh-CN", "en-US")
    assert chinese.headline == "雪车雪橇中心实测大风橙色预警"
    assert english.headline == "Gale measured at Sliding Centre: orange warning"
    assert "阵风 29.3 米/秒（标准 ≥ 28.5 米/秒，mast 02-04 20:00）" in chinese.description
    assert "02-05 02:00 自动失效" in chinese.description
    assert "gust 29.3 m/s (threshold ≥ 28.5 m/s, mast 02-04 20:00)" in english.description
    assert (message.severity, message.certainty, message.rule) == ("severe", "Observed", "gale")
    assert (message.onset, message.effective, message.expires) == (at(0), at(0), at(360))
    assert message.venues == (VENUE,)
    assert [(one.venue, one.people, one.ids) for one in message.affected] == [
        (VENUE, 2, ("v1", "v2"))
    ]


def test_its_area_takes_in_the_whole_ground() -> None:
    far = Place(lat=40.56, lon=115.83)
    watch = Watch(place=TRACK._replace(outline=(TRACK.place, far, Place(lat=40.53, lon=115.8))))
    watch.arrives(*gusts((0, 29.3)))
    [(lat, lon, radius_km)] = messages(watch)[0].areas[0].circles
    assert distance_km((lat, lon), (far.lat, far.lon)) <= radius_km + 0.001
    small = Watch()
    small.arrives(*gusts((0, 29.3)))
    assert messages(small)[0].areas[0].circles[0][2] == 1.0


def test_a_lowered_message_tells_that_the_level_was_reached_earlier() -> None:
    watch = Watch()
    watch.arrives(*gusts((0, 22.0), (30, 29.0), (60, 23.0), (90, 23.0), (120, 23.0)))
    lowered = messages(watch)[-1]
    assert (lowered.colour, lowered.onset, lowered.effective) == ("yellow", at(0), at(120))
    assert "23 m/s" in lowered.texts[1].description
    raised = messages(watch)[1]
    assert raised.onset == raised.effective == at(30)


def test_it_is_renewed_while_measurements_confirm_it_and_not_with_each() -> None:
    watch = Watch()
    watch.arrives(*gusts(*((10 * n, 22.0) for n in range(37))))
    assert watch.told == [("issued", "yellow"), *[("updated", "yellow")] * 2]
    assert [message.expires for message in messages(watch)] == [at(360), at(540), at(720)]
    assert {message.onset for message in messages(watch)} == {at(0)}


def test_what_runs_out_unmeasured_is_another_warning_when_it_is_measured_again() -> None:
    watch = Watch()
    watch.arrives(*gusts((0, 22.0)))
    watch.arrives(observed(100, temperature_c=-3.0))
    assert watch.told == [("issued", "yellow")]
    watch.arrives(*gusts((400, 23.0)))
    assert watch.told == [("issued", "yellow"), ("issued", "yellow")]
    assert len(warnings(watch)) == 2


def test_a_warning_that_was_lifted_stays_lifted() -> None:
    watch = Watch()
    watch.arrives(*gusts((0, 22.0), (60, 5.0), (120, 4.0)))
    watch.arrives(*gusts((240, 30.0)))
    assert [move for move, _ in watch.told] == ["issued", "cancelled", "issued"]
    late = gusts((70, 23.0))
    watch.arrives(*gusts((250, 30.0)), *late, at=at(250))
    assert len(warnings(watch)) == 2


def test_what_came_late_may_open_again_what_was_lifted_as_another_warning() -> None:
    watch = Watch()
    watch.arrives(*gusts((0, 22.0), (60, 5.0), (120, 4.0)))
    [late] = gusts((100, 23.0))
    watch.arrives(late._replace(recorded_at=at(121)))
    assert watch.told[-1] == ("issued", "yellow")
    assert len(warnings(watch)) == 2


def test_an_old_storm_that_is_told_of_late_warns_nobody() -> None:
    watch = Watch()
    [late] = gusts((0, 40.0))
    watch.arrives(late._replace(recorded_at=at(600)))
    watch.arrives(*gusts((700, 3.0)))
    assert watch.told == []


def test_reacting_again_says_the_same_under_the_same_name() -> None:
    watch = Watch()
    storm = gusts((0, 22.0), (30, 30.0))
    watch.arrives(*storm)
    for event in storm:
        watch.react(event, at(31))
    assert watch.told == [("issued", "yellow"), ("updated", "orange")]


def test_two_processes_that_know_one_measurement_each_write_one_warning() -> None:
    one, other = Watch(), Watch()
    storm = gusts((0, 22.0), (1, 30.0))
    one.arrives(storm[0])
    for event in storm:
        other.store(event)
    # The second has not yet heard what the first said.
    command = other.say(storm[1], at(1))
    assert command is not None
    assert command.id == one.log[-1].key
    for event in one.log[1:]:
        other.store(event)
        other.states = dict(one.states)
    stored = other.carry_out(command, storm[1])
    for event in stored:
        other.store(event)
    told = other.own.standing("gale", VENUE, at(2))
    assert told is not None
    assert told.colour == "orange"
    assert len(warnings(other)) == 1


def test_of_two_that_were_issued_at_once_one_speaks_for_both() -> None:
    one, other = Watch(), Watch()
    [early, late] = gusts((0, 22.0), (30, 23.0))
    one.store(late)
    first = one.say(late, at(31))
    other.store(early)
    other.store(late)
    second = other.say(late, at(31))
    assert first is not None
    assert second is not None
    assert first.id != second.id
    for event in (*one.carry_out(first, late), *other.carry_out(second, early)):
        other.store(event)
    least, needless = sorted((first.id, second.id))
    told = other.own.standing("gale", VENUE, at(32))
    assert told is not None
    assert told.warning == least
    assert other.own.needless("gale", VENUE, at(32)) == [needless]
    occasion = Occasion(GALE, VENUE, TRACK, (), late.id, at(32))
    command = supersede(occasion, needless, least)
    state = {**one.states, **other.states}[needless]
    facts = WARNING.decide(state, command)
    for event in events_of(Ask(command, "s", "s"), tuple(facts), at(32)):
        other.store(event)
    assert other.own.needless("gale", VENUE, at(32)) == []
    assert other.own.last("gale", VENUE, needless) is not None
    other.react(late, at(33))
    assert other.own.needless("gale", VENUE, at(33)) == []


def test_a_message_made_of_too_little_is_put_right_once_it_is_stored() -> None:
    behind, watch = Watch(), Watch()
    storm = gusts((0, 22.0), (30, 5.0), (95, 4.0))
    behind.store(storm[0])
    command = behind.say(storm[0], at(0))
    assert isinstance(command, TakeMessage)
    for event in storm:
        watch.store(event)
    stored = watch.carry_out(command, storm[0])
    for event in stored:
        watch.store(event)
    watch.react(stored[0], at(95))
    assert watch.told == [("issued", "yellow"), ("cancelled", "yellow")]


def test_what_a_message_says_comes_after_what_was_said_before() -> None:
    watch = Watch()
    watch.arrives(*gusts((0, 14.0), (0.001, 22.0), (0.002, 29.0), (0.003, 38.0)), at=at(1))
    sent = [message.sent for message in messages(watch)]
    assert len(sent) == 4
    assert sent == sorted(set(sent))
    assert all(moment.microsecond == 0 for moment in sent)


def test_a_drill_has_warnings_of_its_own() -> None:
    watch = Watch()
    watch.arrives(observed(0, gust_ms=30.0, drill=True), observed(0, gust_ms=22.0, station="b"))
    drills = {event.drill for event in watch.log if isinstance(event.data, Said)}
    assert drills == {True, False}
    assert len(warnings(watch)) == 2


def test_nothing_is_said_of_a_venue_where_nothing_is_measured() -> None:
    occasion = Occasion(GALE, VENUE, TRACK, (), "cause", at(0))
    assert say(occasion, Wanted(ran_out=True), None, lambda _: None) is None


ROWS = st.lists(
    st.tuples(st.integers(0, 60), st.floats(0, 45).map(lambda gust: round(gust, 1))),
    min_size=1,
    max_size=15,
    unique_by=lambda row: row[0],
)


@given(ROWS, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_in_whatever_order_measurements_come_the_same_stands_in_the_end(
    rows: list[tuple[int, float]], chance: Random
) -> None:
    events = gusts(*((10 * slot, gust) for slot, gust in sorted(rows)))
    shuffled = list(events)
    chance.shuffle(shuffled)
    [last] = gusts((610, 12.5))

    def stands(order: list[Event], told_at: datetime | None) -> str | None:
        watch = Watch()
        watch.arrives(*order, at=told_at)
        watch.arrives(last)
        told = watch.own.standing("gale", VENUE, at(610))
        return told.colour if told else None

    assert stands(events, None) == stands(shuffled, at(601))


@given(st.lists(st.floats(-1.99, 1.99), min_size=2, max_size=60))
@settings(max_examples=60, deadline=None)
def test_a_day_within_the_margin_changes_the_level_at_most_once(wobbles: list[float]) -> None:
    watch = Watch()
    watch.arrives(*gusts(*((15 * n, 20.8 + wobble) for n, wobble in enumerate(wobbles))))
    colours = [colour for _, colour in watch.told]
    changes = [one for n, one in enumerate(colours) if n == 0 or colours[n - 1] != one]
    assert changes in (["blue"], ["yellow"], ["blue", "yellow"])
    assert "cancelled" not in [move for move, _ in watch.told]


def test_every_rule_of_the_library_says_what_it_measures() -> None:
    worst: dict[str, Any] = {
        "gust_ms": 40.0, "wind_ms": 33.0, "visibility_m": 20.0, "temperature_c": -45.0,
        "road_c": -5.0, "precipitation": "rain", "snowfall_mm": 20.0, "snowfall_h": 6.0,
    }  # fmt: skip
    for rule in RULES.values():
        watch = Watch(rule)
        watch.arrives(observed(0, snow_depth_cm=10.0, temperature_c=5.0))
        watch.arrives(observed(60, snow_depth_cm=70.0, **worst))
        if rule.id == "cold-wave":
            continue
        [(move, colour)] = watch.told
        assert (move, colour) == ("issued", rule.colours[-1])
        for text in messages(watch)[0].texts:
            said = (text.event, text.headline, text.description, text.instruction)
            assert all(said)
            assert "$" not in "".join(said)
            assert "{" not in "".join(said)
