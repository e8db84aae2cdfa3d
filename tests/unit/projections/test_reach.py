import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.envelope import Event
from events.fact import Fact, Ref, Text
from events.message import (
    MessageConfirmed,
    MessageDelivered,
    MessageFailed,
    MessageRequested,
    MessageUnknown,
)
from events.reach import ReachJudged, ReachTested
from events.volunteer import VolunteerRegistered
from projections import not_sent
from projections.letters import EVENTS_KEPT, Letters, Sent, show_messages
from projections.moment import Moment
from projections.picture import Picture
from projections.reach import due, first_start, id_of_test, judge, prove_by, unproven
from projections.reach_view import show_channels, show_reach
from projections.travel import fold
from tests.unit.projections.build import at, numbered, picture, said, shift, volunteer

TEXT = Text(zh="词", en="word")


def person(id: str, *channels: str, site: str = "yanqing") -> Event:
    fact = VolunteerRegistered(name=f"李{id}", latin=id, role="medical", channels=channels)
    return said(fact, id, -500, site=site)


def asked(id: str, who: str, *channels: str, minutes: float = 0, code: str | None = None) -> Event:
    about = Ref(kind="reach", id="r")
    fact = MessageRequested(
        person=who, purpose="channel-test", about=about, channels=channels, text=TEXT, code=code
    )
    return said(fact, id, minutes, id=f"{id}-asked")


def came(
    id: str, who: str, channel: str, minutes: float, kind: type[Fact] = MessageDelivered
) -> Event:
    more = {"reason": "no"} if kind is MessageFailed else {}
    return said(kind(person=who, channel=channel, **more), id, minutes)  # type: ignore[call-arg]  # all of them have these fields


def proof(who: str, channel: str, minutes: float) -> Event:
    return came(f"m{minutes}", who, channel, minutes, MessageConfirmed)


def test_a_message_waits_until_it_has_gone_out_by_every_channel() -> None:
    log = [asked("m1", "p1", "sms", "chat", "page")]
    assert picture(*log).messages.open["m1"].channels == ("sms", "chat")
    log.append(came("m1", "p1", "sms", 1))
    assert picture(*log).messages.open["m1"].channels == ("chat",)
    log.append(came("m1", "p1", "chat", 2, MessageFailed))
    done = picture(*log).messages
    assert done.open == {}
    assert (done.of("p1", "chat").outcome, done.of("p1", "sms").outcome_at) == ("failed", at(1))
    assert done.of("p1", "page").outcome == "delivered"


def test_a_message_by_the_page_alone_does_not_wait() -> None:
    assert picture(asked("m1", "p1", "page")).messages.open == {}
    assert picture(asked("m1", "p1")).messages.open == {}


def test_what_was_unknown_and_became_known_at_the_same_moment_is_known() -> None:
    log = [
        asked("m1", "p1", "sms"),
        came("m1", "p1", "sms", 1, MessageUnknown),
        came("m1", "p1", "sms", 1, MessageDelivered),
    ]
    assert picture(*log).messages.of("p1", "sms").outcome == "delivered"


def test_a_proof_holds_a_day() -> None:
    folded = picture(proof("p1", "sms", 0)).messages
    assert folded.proven("p1", ("sms", "chat"), at(24 * 60)) == ("sms",)
    assert folded.proven("p1", ("sms",), at(24 * 60 + 1)) == ()
    assert folded.proven("p1", ("chat",), at(5)) == ()
    assert folded.proven("p2", ("sms",), at(5)) == ()


def test_those_on_shift_or_due_within_a_day_are_tested_at_home() -> None:
    people = picture(
        person("p1"),
        person("p2"),
        person("p3", site="beijing"),
        person("p4"),
        shift("p1", 300, 400),
        shift("p2", 10, 70, id="s2"),
        shift("p3", 60, 100, id="s3"),
        shift("p4", -10, 50, id="s4"),
        shift("p2", -90, 0, id="over"),
        shift("p1", 24 * 60, 24 * 60 + 9, id="s5"),
    ).people
    assert due(people, at(0)) == {"yanqing": ("p4", "p2", "p1"), "beijing": ("p3",)}
    assert first_start(people, ("p1", "p2"), at(0)) == at(10)
    assert first_start(people, ("p4",), at(0)) is None


@pytest.mark.parametrize(
    ("first", "by"), [(None, 60), (300, 60), (75, 60), (40, 25), (20, 10), (0, 10)]
)
def test_there_is_time_to_answer_and_time_to_act(first: float | None, by: float) -> None:
    assert prove_by(at(0), None if first is None else at(first)) == at(by)


def test_an_id_of_a_test_fits() -> None:
    assert id_of_test("2022-02-04", "yanqing") == "2022-02-04-yanqing"
    assert len(id_of_test("2022-02-04", "x" * 64)) == 36


def rota() -> list[Event]:
    return [
        person("none", "sms"),
        person("one", "sms", "chat"),
        person("two", "sms", "chat"),
        shift("none", 120, 300),
        shift("one", 100, 300, id="s2"),
        shift("two", 90, 300, id="s3"),
        proof("one", "chat", -30),
        proof("two", "sms", -30),
        proof("two", "chat", -40),
        proof("none", "old", -1),
    ]


def test_it_is_judged_by_the_channels_people_have_now() -> None:
    folded = picture(*rota())
    found = judge(folded.people, folded.messages, ("two", "one", "none"), at(0), at(60))
    assert (found.unproven, found.unreachable) == (("one", "none"), ("none",))
    assert found.shifts == ("s1",)
    listed = unproven(folded.people, folded.messages, at(60), None)
    assert [(row.person, row.proven) for row in listed] == [("one", ("chat",)), ("none", ())]
    assert unproven(folded.people, folded.messages, at(60), frozenset({"beijing"})) == []
    assert unproven(folded.people, folded.messages, at(300), None) == []


def judged(day: str, *people: str) -> ReachJudged:
    return ReachJudged(day=day, unproven=people, unreachable=(), shifts=())


def trial(day: str) -> ReachTested:
    return ReachTested(day=day, people=("none", "one"), prove_by=at(60))


def test_the_picture_has_the_newest_test_and_the_first_of_those_it_found() -> None:
    folded = picture(
        *rota(),
        said(trial("2022-02-12"), "a", -1500),
        said(judged("2022-02-12", "two"), "a", -1400),
        said(trial("2022-02-13"), "b", 0),
    )
    row = folded.reach.sites["yanqing"]
    assert (row.id, row.judged_at, row.tested) == ("b", None, 2)
    folded.apply(said(judged("2022-02-13", "none", "one"), "b", 60))
    folded.apply(said(judged("2022-02-12"), "a", 70))
    shown = show_reach(Moment(folded, at(70)))
    assert (shown["sites"][0]["unproven"], shown["sites"][0]["judged_at"][:2]) == (2, "20")
    assert [one["id"] for one in shown["people"]] == ["one", "none"]
    assert shown["people"][0]["proven"] == 1
    elsewhere = Moment(folded, at(70), frozenset({"beijing"}))
    assert show_reach(elsewhere) == {"sites": [], "people": []}


def test_channels_are_shown_best_first_with_the_age_of_their_proof() -> None:
    folded = picture(person("p1", "sms", "chat"), proof("p1", "chat", 0))
    sms, chat = show_channels(Moment(folded, at(10)), "p1")
    assert (sms["channel"], sms["proven"], sms["proof_age_s"]) == ("sms", False, None)
    assert (chat["channel"], chat["proven"], chat["proof_age_s"]) == ("chat", True, 600.0)
    assert show_channels(Moment(folded, at(10)), "nobody") == []


def letters(*events: Event) -> Letters:
    folded = Letters()
    for event in numbered(list(events)):
        folded.apply(event)
    return folded


def test_a_link_leads_to_its_message_for_a_day() -> None:
    first = asked("m1", "p1", "sms", code="abc")
    assert letters(first).find("abc") == Sent("yanqing", "m1", "p1")
    assert letters(first).find("abd") is None
    late = asked("m2", "p1", "sms", minutes=23 * 60, code="def")
    assert letters(first, late).find("abc") is not None
    later = asked("m3", "p1", "sms", minutes=26 * 60, code="ghi")
    assert letters(first, late, later).find("abc") is None


def test_only_the_newest_events_of_a_person_are_kept() -> None:
    folded = letters(*(asked(f"m{n}", "p1", "sms", minutes=n) for n in range(EVENTS_KEPT + 5)))
    assert folded.sequences("p1") == list(range(6, EVENTS_KEPT + 6))
    assert folded.sequences("p2") == []


def test_messages_are_shown_newest_first_and_no_code_is_shown() -> None:
    log = numbered(
        [
            came("m0", "p1", "sms", 0),
            asked("m1", "p1", "sms", "page", minutes=1, code="secret"),
            came("m1", "p1", "sms", 2, MessageFailed),
            asked("m2", "p1", minutes=3),
            came("m1", "p1", "page", 4, MessageConfirmed),
        ]
    )
    newest, oldest = show_messages(log)
    assert (newest["id"], newest["channels"]) == ("m2", [])
    sms, page = oldest["channels"]
    assert (sms["stage"], sms["confirmed_at"]) == ("failed", None)
    assert sms["reason"] == {"zh": "no", "en": "no"}
    assert (page["stage"], page["confirmed_at"]) == ("delivered", "2022-02-13T04:04:00Z")
    assert "secret" not in str(newest) + str(oldest)


STAGES: list[type[Fact]] = [MessageDelivered, MessageFailed, MessageUnknown, MessageConfirmed]
happenings = st.lists(
    st.one_of(
        st.builds(
            asked,
            st.sampled_from(("m1", "m2", "m3")),
            st.just("p1"),
            st.just("sms"),
            st.just("chat"),
            minutes=st.integers(0, 9),
        ),
        st.builds(
            came,
            st.sampled_from(("m1", "m2", "m3")),
            st.just("p1"),
            st.sampled_from(("sms", "chat")),
            st.integers(0, 9),
            st.sampled_from(STAGES),
        ),
        st.builds(
            said,
            st.sampled_from((trial("2022-02-12"), trial("2022-02-13"), judged("2022-02-13", "p1"))),
            st.sampled_from(("a", "b")),
            st.integers(0, 9),
        ),
    ),
    max_size=14,
)


def named(events: list[Event]) -> list[Event]:
    return [event._replace(id=f"e{number}") for number, event in enumerate(events)]


@given(happenings, st.data())
def test_the_same_comes_out_in_whatever_order_aggregates_arrive(
    events: list[Event], data: st.DataObject
) -> None:
    events = named(events)
    order = data.draw(st.permutations(range(len(events))))
    queues: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        queues.setdefault((event.kind, event.key), []).append(event)
    mixed = [queues[events[n].kind, events[n].key].pop(0) for n in order]
    renumbered = [event._replace(seq=seq) for seq, event in enumerate(mixed, 1)]
    here = fold([event._replace(seq=seq) for seq, event in enumerate(events, 1)])
    there = fold(renumbered)
    assert here.canonical() == there.canonical()
    assert Picture.load(there.snapshot()).snapshot() == there.snapshot()


@given(happenings)
def test_what_waits_has_been_asked_for_and_has_not_ended_since(events: list[Event]) -> None:
    folded = fold([event._replace(seq=seq) for seq, event in enumerate(named(events), 1)])
    for id in ("m1", "m2", "m3"):
        row = folded.messages.open.get(id)
        facts = [event.data for event in events if event.key == id]
        firsts = [n for n, fact in enumerate(facts) if isinstance(fact, MessageRequested)]
        ended = {
            fact.channel
            for fact in facts[min(firsts, default=0) :]
            if isinstance(fact, MessageDelivered | MessageFailed | MessageUnknown)
        }
        if len(firsts) < 2:
            left = {"sms", "chat"} - ended if firsts else set()
            assert set(row.channels if row else ()) == left


def test_a_day_of_tests_of_many_people_is_small() -> None:
    folded = picture(*(volunteer(f"p{n}") for n in range(3)))
    for n in range(300):
        who = f"p{n % 3}"
        folded.apply(asked(f"m{n}", who, "sms", minutes=n, code=f"c{n}"))
        folded.apply(came(f"m{n}", who, "sms", n + 0.5))
    assert folded.messages.open == {}
    assert sum(map(len, folded.messages.channels.values())) == 3


def test_why_it_did_not_go_out_is_said_in_both_languages() -> None:
    reasons = {
        value for name, value in vars(not_sent).items() if name.isupper() and type(value) is str
    }
    assert len(reasons) == 10
    for reason in (*reasons, not_sent.answered(503)):
        said = not_sent.explain(reason)
        assert said.en == reason
        assert any("\u4e00" <= character <= "\u9fff" for character in said.zh), reason
