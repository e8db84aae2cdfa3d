"""What may be told the public, and by whom."""

from functools import partial
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from events.bulletin import (
    BulletinApproved,
    BulletinDeclined,
    BulletinDrafted,
    BulletinMove,
    BulletinPublished,
    Content,
)
from events.fact import Fact, Text
from events.weather import WarningArea
from services.decider import Rejected
from services.weather.commands import (
    ApproveBulletin,
    BulletinCommand,
    DeclineBulletin,
    DraftBulletin,
    PublishBulletin,
)
from services.weather.publishing.content import is_grave
from services.weather.publishing.decider import BULLETIN
from tests.given import Given, lived, state_after
from tests.moments import NOON, at
from tests.unit.bulletins import GRAVE, MILD, WHO

given = partial(Given, BULLETIN)


def draft(
    content: Content = GRAVE,
    hand: str = "ana",
    after: int = 0,
    move: BulletinMove = "issue",
    minutes: float = 0,
    **more: Any,
) -> DraftBulletin:
    who = WHO | {"at": at(minutes)}
    return DraftBulletin(**who, move=move, content=content, hand=hand, after=after, **more)


def approve(number: int = 1, hand: str = "bo", minutes: float = 0) -> ApproveBulletin:
    return ApproveBulletin(**(WHO | {"at": at(minutes)}), draft=number, hand=hand)


def decline(number: int = 1, hand: str = "bo") -> DeclineBulletin:
    return DeclineBulletin(**WHO, draft=number, hand=hand, reason="范围有误")


def publish(number: int = 1, minutes: float = 1) -> PublishBulletin:
    who = WHO | {"at": at(minutes)}
    name = f"muster-b1-{number}"
    return PublishBulletin(
        **who, draft=number, sender="m", identifier=name, sent=at(minutes), document="d"
    )


def drafted(
    content: Content = GRAVE,
    by: str = "ana",
    number: int = 1,
    move: BulletinMove = "issue",
    needs: bool = True,
) -> BulletinDrafted:
    return BulletinDrafted(move=move, content=content, by=by, draft=number, needs_approval=needs)


def published(
    number: int = 1, minutes: float = 1, move: BulletinMove = "issue", *before: int
) -> BulletinPublished:
    return BulletinPublished(
        draft=number, move=move, sender="m", identifier=f"muster-b1-{number}", sent=at(minutes),
        references=tuple(("m", f"muster-b1-{n}", at(n)) for n in before), document="d",
    )  # fmt: skip


APPROVED = BulletinApproved(draft=1, by="bo")
OUT = (drafted(), APPROVED, published())


def test_what_is_severe_needs_a_second_person() -> None:
    given([]).when(draft()).then(drafted())
    given([drafted()]).when(publish()).rejected("not-approved", naming=["1"])
    given([drafted()]).when(approve()).then(APPROVED)
    given([drafted(), APPROVED]).when(publish()).then(published())


@pytest.mark.parametrize("severity", ["minor", "moderate"])
def test_what_is_below_goes_out_at_once(severity: str) -> None:
    mild = MILD.model_copy(update={"severity": severity})
    given([]).when(draft(mild)).then(drafted(mild, needs=False))
    given([drafted(mild, needs=False)]).when(publish()).then(published())


@pytest.mark.parametrize(
    "update",
    [{"severity": "extreme"}, {"severity": "unknown"}, {"colour": "red"}, {"colour": "orange"}],
    ids=str,
)
def test_neither_a_missing_rank_nor_a_mild_word_makes_it_mild(update: dict[str, str]) -> None:
    content = MILD.model_copy(update=update)
    given([]).when(draft(content)).then(drafted(content))


def test_the_same_person_is_no_second_person_whatever_token_they_use() -> None:
    given([drafted()]).when(approve(hand="ana")).rejected("same-person", naming=["1"])
    given([drafted(), BulletinApproved(draft=1, by="ana")]).when(publish()).rejected("not-approved")


def test_a_token_of_nobodys_is_no_second_person() -> None:
    given([drafted()]).when(approve(hand="token-1")).rejected("nobodys-token", naming=["1"])
    given([drafted(by="token-1")]).when(approve(hand="token-2")).rejected("nobodys-token")
    # One that the log holds from the time when it sufficed is none today.
    old = BulletinApproved(draft=1, by="token-2")
    given([drafted(), old]).when(publish()).rejected("not-approved")


def test_what_nobodys_token_drafted_waits_for_two_people() -> None:
    nobodys, ana = drafted(by="token-1"), BulletinApproved(draft=1, by="ana")
    given([nobodys]).when(approve(hand="ana")).then(ana)
    given([nobodys, ana]).when(publish()).rejected("not-approved", naming=["1"])
    given([nobodys, ana]).when(approve(hand="ana")).then()
    given([nobodys, ana]).when(approve()).then(APPROVED)
    given([nobodys, ana, APPROVED]).when(publish()).then(published())


def test_an_approval_is_for_the_draft_that_was_read() -> None:
    other = GRAVE.model_copy(update={"severity": "extreme", "colour": "red"})
    history = [drafted(), drafted(other, by="cy", number=2)]
    given(history).when(approve(1)).rejected("stale", naming=["severity", "colour", "cy", "2"])
    given(history).when(approve(3)).rejected("no-such-draft", naming=["3", "2"])
    given([drafted(), APPROVED, drafted(other, number=2)]).when(publish(2)).rejected("not-approved")
    given([drafted(), APPROVED, drafted(other, number=2)]).when(publish(1)).rejected("stale")


def test_a_draft_follows_the_one_its_author_saw() -> None:
    history = [drafted(), drafted(MILD, by="cy", number=2, needs=False)]
    given(history).when(draft(GRAVE, after=1)).rejected("stale", naming=["headline"])
    given(history).when(draft(GRAVE, after=2)).then(drafted(number=3))


def test_whoever_wrote_it_may_take_it_back_and_nobody_approves_it_then() -> None:
    gone = BulletinDeclined(draft=1, by="ana", reason="范围有误")
    given([drafted()]).when(decline(hand="ana")).then(gone)
    given([drafted(), gone]).when(approve()).rejected("declined")
    given([drafted(), gone]).when(publish()).rejected("declined")
    given([drafted(), gone]).when(draft(after=1)).then(drafted(number=2))


@pytest.mark.parametrize("move", ["update", "cancel"])
def test_what_stands_severe_is_changed_by_two_people_too(move: BulletinMove) -> None:
    after = MILD.model_copy(update={"response": None})
    second = drafted(after, by="bo", number=2, move=move)
    given(OUT).when(draft(after, hand="bo", after=1, move=move)).then(second)
    given([*OUT, second]).when(publish(2, 5)).rejected("not-approved")
    given([*OUT, second]).when(approve(2, hand="bo")).rejected("same-person")
    agreed = BulletinApproved(draft=2, by="ana")
    given([*OUT, second]).when(approve(2, hand="ana")).then(agreed)
    given([*OUT, second, agreed]).when(publish(2, 5)).then(published(2, 5, move, 1))


def test_what_stands_mild_is_cancelled_at_once() -> None:
    out = [drafted(MILD, needs=False), published()]
    lifted = MILD.model_copy(update={"response": "AllClear"})
    end = draft(lifted, after=1, move="cancel")
    given(out).when(end).then(drafted(lifted, number=2, move="cancel", needs=False))


def test_a_message_names_all_that_came_before_it() -> None:
    history = [*OUT, drafted(number=2, move="update"), BulletinApproved(draft=2, by="bo")]
    history += [published(2, 2, "update", 1), drafted(number=3, move="update")]
    history += [BulletinApproved(draft=3, by="bo")]
    given(history).when(publish(3, 3)).then(published(3, 3, "update", 1, 2))
    given(history).when(publish(3, 2)).rejected("sent-before")


def test_the_moves_follow_one_another() -> None:
    given([]).when(draft(move="update")).rejected("not-published")
    given([]).when(draft(move="cancel")).rejected("not-published")
    given(OUT).when(draft(after=1)).rejected("published")
    over = [*OUT, drafted(number=2, move="cancel"), published(2, 2, "cancel", 1)]
    given(over).when(draft(after=2, move="update")).rejected("cancelled")
    given([]).when(approve()).rejected("no-such-draft")
    given(OUT).when(decline()).rejected("published")


def test_a_drill_never_passes_as_meant() -> None:
    drill = GRAVE.model_copy(update={"status": "Exercise"})
    given([]).when(draft(drill=True)).rejected("drill", naming=["Exercise"])
    given([]).when(draft(drill, drill=True)).then(drafted(drill))
    out = [drafted(drill), APPROVED, published()]
    given(out).when(draft(after=1, move="update")).rejected("other-status", naming=["Exercise"])
    given(OUT).when(draft(drill, after=1, move="update")).rejected("other-status")


RING = ((40.0, 115.0), (40.0, 116.0), (41.0, 116.0))
CROSSED = ((40.0, 115.0), (41.0, 116.0), (40.0, 116.0), (41.0, 115.0))
FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"expires": NOON}, "expires", "expired"),
    ({"onset": at(400)}, "onset", "not-publishable"),
    ({"headline": Text(zh="暴雪", en=" ")}, "headline.en", "missing-language"),
    ({"event": Text(zh="", en="snow")}, "event.zh", "missing-language"),
    ({"area": Text(zh="延庆", en="")}, "area.en", "missing-language"),
    ({"description": Text(zh="", en="")}, "description.zh", "missing-language"),
    ({"instruction": Text(zh="留在室内", en="")}, "instruction.en", "missing-language"),
    ({"headline": Text(zh="雪" * 161, en="snow")}, "headline.zh", "too-long"),
    ({"event": Text(zh="雪", en="s" * 101)}, "event.en", "too-long"),
    ({"headline": Text(zh="暴\n雪", en="snow")}, "headline.zh", "control-character"),
    ({"description": Text(zh="雪", en="bell \x07")}, "description.en", "control-character"),
    ({"contact": "\x1b[31m"}, "contact", "control-character"),
    ({"web": "javascript:alert(1)"}, "web", "not-publishable"),
    ({"areas": ()}, "areas", "no-area"),
    ({"areas": (WarningArea(description="x"),)}, "areas", "no-area"),
    ({"areas": (WarningArea(description="x", polygons=(RING[:2],)),)}, "areas.0.polygons.0", ""),
    ({"areas": (WarningArea(description="x", polygons=(CROSSED,)),)}, "areas.0.polygons.0", ""),
    (
        {"areas": (WarningArea(description="x", polygons=(((91.0, 1.0), *RING),)),)},
        "areas.0.polygons.0",
        "",
    ),
    (
        {"areas": (WarningArea(description="x", circles=((40.0, 115.0, 0.0),)),)},
        "areas.0.circles.0",
        "",
    ),
    ({"areas": (WarningArea(description="x", geocodes=(("a", ""),)),)}, "areas.0.geocodes.0", ""),
    ({"areas": (WarningArea(description="x", circles=((1, 1, 1),) * 501),)}, "areas", "too-long"),
]


@pytest.mark.parametrize(
    ("update", "field", "code"), FAULTS, ids=[f"{n}-{f[1]}" for n, f in enumerate(FAULTS)]
)
def test_what_cannot_go_out_is_refused_by_its_field(
    update: dict[str, Any], field: str, code: str
) -> None:
    command = draft(MILD.model_copy(update=update))
    given([]).when(command).rejected(code or "not-publishable", naming=[f"content.{field}"])
    with pytest.raises(Rejected) as refusal:
        BULLETIN.decide(BULLETIN.initial, command)
    assert refusal.value.field == f"content.{field}"


def test_an_outline_that_is_not_closed_is_as_good_as_a_closed_one() -> None:
    for ring in (RING, (*RING, RING[0])):
        content = MILD.model_copy(
            update={"areas": (WarningArea(description="x", polygons=(ring,)),)}
        )
        given([]).when(draft(content)).then(drafted(content, needs=False))


def test_what_expired_while_it_waited_goes_out_no_more() -> None:
    given([drafted()]).when(approve(minutes=360)).rejected("expired")
    given([drafted(), APPROVED]).when(publish(minutes=360)).rejected("expired")
    given([drafted(), APPROVED]).when(draft(after=1, minutes=360)).rejected("expired")


def test_a_cancellation_asks_nobody_to_take_shelter() -> None:
    shelter = GRAVE.model_copy(update={"response": "Shelter"})
    given(OUT).when(draft(shelter, after=1, move="cancel")).rejected("not-publishable")


HANDS = st.sampled_from(["ana", "bo", "cy"])
NUMBERS = st.integers(1, 6)
CONTENTS = st.builds(
    lambda severity, colour, status: MILD.model_copy(
        update={"severity": severity, "colour": colour, "status": status, "response": None}
    ),
    st.sampled_from(["minor", "moderate", "severe", "extreme", "unknown"]),
    st.sampled_from([None, "blue", "orange", "red"]),
    st.sampled_from(["Actual", "Actual", "Exercise"]),
)
MOVES: st.SearchStrategy[BulletinMove] = st.sampled_from(["issue", "update", "cancel"])
COMMANDS: st.SearchStrategy[BulletinCommand] = st.one_of(
    st.builds(draft, CONTENTS, HANDS, st.integers(0, 5), MOVES),
    st.builds(approve, NUMBERS, HANDS),
    st.builds(decline, NUMBERS, HANDS),
    st.builds(publish, NUMBERS, st.integers(1, 300)),
)


def sensible(commands: list[tuple[int, Content, str, str, BulletinMove]]) -> list[Any]:
    """Return commands of which most fit what came before, with some that do not."""
    found: list[Any] = []
    state = BULLETIN.initial
    for step, (what, content, one, other, move) in enumerate(commands):
        number = state.last if what % 7 else max(1, state.last - 1)
        meant: BulletinMove = "issue" if state.standing is None else move
        made: list[BulletinCommand] = [
            draft(content, one, state.last, meant),
            approve(max(1, number), other),
            publish(max(1, number), step + 1),
            decline(max(1, number), other),
        ]
        command = made[(0, 1, 2, 1, 2, 0, 3)[what % 7]]
        found.append(command)
        try:
            facts = BULLETIN.decide(state, command)
        except Rejected:
            continue
        state = state_after_from(state, facts)
    return found


def state_after_from(state: Any, facts: Any) -> Any:
    for fact in facts:
        state = BULLETIN.evolve(state, fact)
    return state


FITTING = st.lists(st.tuples(st.integers(0, 100), CONTENTS, HANDS, HANDS, MOVES), max_size=25).map(
    sensible
)


@given_any(commands=st.one_of(st.lists(COMMANDS, max_size=20), FITTING))
@settings(max_examples=400, deadline=None)
def test_nothing_severe_is_ever_told_by_one_person(commands: list[BulletinCommand]) -> None:
    """In whatever order people and machines do whatever they do. Judged from the facts alone, with
    what is grave written out a second time.
    """
    facts: list[Fact] = lived(BULLETIN, commands)
    drafts: dict[int, BulletinDrafted] = {}
    agreed: dict[int, set[str]] = {}
    standing: Content | None = None
    told: list[int] = []
    for fact in facts:
        if isinstance(fact, BulletinDrafted):
            drafts[fact.draft] = fact
        elif isinstance(fact, BulletinApproved):
            agreed.setdefault(fact.draft, set()).add(fact.by)
        elif isinstance(fact, BulletinPublished):
            written = drafts[fact.draft]
            if worst(written.content) or (standing is not None and worst(standing)):
                assert agreed.get(fact.draft, set()) - {written.by}
            assert fact.draft == max(drafts), "what is published is the newest draft"
            assert fact.move == written.move == (fact.move if told else "issue")
            assert standing is None or standing.status == written.content.status
            assert [name for _, name, _ in fact.references] == [f"muster-b1-{n}" for n in told]
            standing = written.content
            told.append(fact.draft)
    assert len(set(told)) == len(told)


def worst(content: Content) -> bool:
    return content.severity in ("severe", "extreme", "unknown") or content.colour in (
        "orange",
        "red",
    )


@given_any(content=CONTENTS)
def test_what_is_grave_is_told_the_same_way_twice(content: Content) -> None:
    assert is_grave(content) == worst(content)


def test_the_state_of_a_long_bulletin_keeps_the_newest_drafts() -> None:
    facts = [drafted(number=n) for n in range(1, 51)]
    state = state_after(BULLETIN, facts)
    assert (state.last, len(state.drafts)) == (50, 20)
    given(facts).when(approve(3)).rejected("stale", naming=["50"])
