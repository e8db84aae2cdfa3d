"""What may happen to a bulletin. Nothing severe goes out before two different people stand for
exactly what goes out: whoever wrote it and another one, or two who approve it where it was written
with a token that is nobody's own. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple, NoReturn, assert_never

from events.bulletin import (
    PEOPLE,
    BulletinApproved,
    BulletinDeclined,
    BulletinDrafted,
    BulletinFact,
    BulletinMove,
    BulletinPublished,
    Content,
    people_of,
)
from events.fact import Fact
from services.decider import Decider, Rejected
from services.weather.commands import (
    ApproveBulletin,
    BulletinCommand,
    DeclineBulletin,
    DraftBulletin,
    PublishBulletin,
)
from services.weather.publishing.content import changed, is_grave, require_publishable

_DRAFTS_KEPT: Final = 20
"""Of a bulletin, to tell somebody who saw an older one what has changed since."""


class Draft(NamedTuple):
    """What somebody wrote."""

    number: int
    move: BulletinMove
    content: Content
    by: str


@dataclass(frozen=True, slots=True)
class BulletinState:
    """A bulletin as far as a decision needs it."""

    last: int = 0
    """The number of the newest draft."""
    drafts: tuple[Draft, ...] = ()
    """The newest ones, the oldest first."""
    pending: int | None = None
    """The draft that is neither published, declined nor replaced."""
    approved: frozenset[tuple[int, str]] = frozenset()
    """(draft, whose hand) of every approval."""
    declined: frozenset[tuple[int, str]] = frozenset()
    published: frozenset[int] = frozenset()
    standing: Content | None = None
    """What the public was told last."""
    cancelled: bool = False
    chain: tuple[tuple[str, str, datetime], ...] = ()
    """(sender, identifier, sent) of every message that went out, in order."""

    def draft(self, number: int | None) -> Draft | None:
        """Return a draft by its number, if it is known."""
        return next((draft for draft in self.drafts if draft.number == number), None)

    def needs_approval(self, content: Content) -> bool:
        """Tell whether a second person must agree: for it, or for what it takes the place of."""
        return is_grave(content) or (self.standing is not None and is_grave(self.standing))

    def people(self, draft: Draft) -> frozenset[str]:
        """Return the people who stand for a draft: its author and those who approved it."""
        return people_of((draft.by, *(by for n, by in self.approved if n == draft.number)))

    def is_ready(self, draft: Draft) -> bool:
        """Tell whether a draft may go out as far as people are concerned."""
        return not self.needs_approval(draft.content) or len(self.people(draft)) >= PEOPLE


def decide(state: BulletinState, command: BulletinCommand) -> Sequence[Fact]:
    """Return what follows from a command; raise Rejected when it may not be."""
    match command:
        case DraftBulletin():
            return _draft(state, command)
        case ApproveBulletin():
            return _approve(state, command)
        case DeclineBulletin():
            return _decline(state, command)
        case PublishBulletin():
            return _publish(state, command)
        case unhandled:
            assert_never(unhandled)


def evolve(state: BulletinState, fact: Fact) -> BulletinState:
    """Return the bulletin after one fact."""
    if not isinstance(fact, BulletinFact):
        return state
    match fact:
        case BulletinDrafted(draft=number):
            draft = Draft(number, fact.move, fact.content, fact.by)
            drafts = (*state.drafts, draft)[-_DRAFTS_KEPT:]
            return replace(state, last=number, drafts=drafts, pending=number)
        case BulletinApproved(draft=number, by=by):
            return replace(state, approved=state.approved | {(number, by)})
        case BulletinDeclined(draft=number, by=by):
            pending = None if state.pending == number else state.pending
            return replace(state, declined=state.declined | {(number, by)}, pending=pending)
        case BulletinPublished():
            return _told(state, fact)
        case unhandled:
            assert_never(unhandled)


def _told(state: BulletinState, fact: BulletinPublished) -> BulletinState:
    draft = state.draft(fact.draft)
    return replace(
        state,
        pending=None if state.pending == fact.draft else state.pending,
        published=state.published | {fact.draft},
        standing=draft.content if draft else state.standing,
        cancelled=state.cancelled or fact.move == "cancel",
        chain=(*state.chain, (fact.sender, fact.identifier, fact.sent)),
    )


def _draft(state: BulletinState, command: DraftBulletin) -> Sequence[Fact]:
    content, number = command.content, command.after + 1
    said = Draft(number, command.move, content, command.hand)
    if state.draft(number) == said:
        return []
    if state.cancelled:
        raise Rejected(
            "cancelled",
            zh="拟写公告：该公告已解除，请另写一份",
            en="draft bulletin: it is cancelled, write another one",
            field="id",
        )
    if command.after != state.last:
        _refuse_stale(state, command.after, "拟写公告", "draft bulletin")
    _require_move(state, command.move)
    require_publishable(content, command.move, command.at)
    _require_status(state, command)
    return [
        BulletinDrafted(
            move=command.move,
            content=content,
            by=command.hand,
            draft=number,
            needs_approval=state.needs_approval(content),
            about=command.about,
        )
    ]


def _require_move(state: BulletinState, move: BulletinMove) -> None:
    if (move == "issue") == (state.standing is None):
        return
    if move == "issue":
        raise Rejected(
            "published",
            zh="拟写公告：已对外发布，只能更新或解除",
            en="draft bulletin: it is published, so it can be updated or cancelled only",
            field="move",
        )
    raise Rejected(
        "not-published",
        zh="拟写公告：尚未发布，无可更新或解除",
        en=f"draft bulletin: nothing is published yet to {move}",
        field="move",
    )


def _require_status(state: BulletinState, command: DraftBulletin) -> None:
    status = command.content.status
    if command.drill and status == "Actual":
        raise Rejected(
            "drill",
            zh="拟写公告：所依据的是演练，状态不能是 Actual，应为 Exercise",
            en="draft bulletin: it is made from a drill, so its status is Exercise, not Actual",
            field="content.status",
        )
    before = state.standing.status if state.standing else status
    if before != status:
        raise Rejected(
            "other-status",
            zh=f"拟写公告：以 {before} 发布，不能改为 {status}",
            en=f"draft bulletin: it is published as {before} and does not become {status}",
            field="content.status",
        )


def _approve(state: BulletinState, command: ApproveBulletin) -> Sequence[Fact]:
    if (command.draft, command.hand) in state.approved:
        return []
    draft = _pending(state, command.draft, "批准公告", "approve bulletin")
    if state.is_ready(draft):
        return []  # It goes out already.
    if draft.by == command.hand:
        raise Rejected(
            "same-person",
            zh=f"批准公告：草稿 {draft.number} 由本人拟写，须由另一人批准",
            en=f"approve bulletin: draft {draft.number} is your own, another person approves it",
            field="by",
        )
    if not people_of((command.hand,)):
        raise Rejected(
            "nobodys-token",
            zh=f"批准公告：草稿 {draft.number} 须由两个人负责，"
            "此令牌不属于任何人，请用本人的令牌（person）",
            en=f"approve bulletin: two people stand for draft {draft.number}, and this token is "
            "nobody's own: use one that is a person's",
            field="by",
        )
    require_publishable(draft.content, draft.move, command.at)
    return [BulletinApproved(draft=draft.number, by=command.hand, comment=command.comment)]


def _decline(state: BulletinState, command: DeclineBulletin) -> Sequence[Fact]:
    if (command.draft, command.hand) in state.declined:
        return []
    draft = _pending(state, command.draft, "否决公告", "decline bulletin")
    return [BulletinDeclined(draft=draft.number, by=command.hand, reason=command.reason)]


def _publish(state: BulletinState, command: PublishBulletin) -> Sequence[Fact]:
    if command.draft in state.published:
        return []
    draft = _pending(state, command.draft, "发布公告", "publish bulletin")
    if not state.is_ready(draft):
        raise Rejected(
            "not-approved",
            zh=f"发布公告：草稿 {draft.number} 尚未由两个人负责",
            en=f"publish bulletin: two people do not stand for draft {draft.number} yet",
            field="draft",
        )
    require_publishable(draft.content, draft.move, command.at)
    if state.chain and command.sent <= state.chain[-1][2]:
        raise Rejected(
            "sent-before",
            zh="发布公告：发送时间不晚于前一条",
            en="publish bulletin: it is sent no later than the message before it",
            field="sent",
        )
    return [
        BulletinPublished(
            draft=draft.number,
            move=draft.move,
            sender=command.sender,
            identifier=command.identifier,
            sent=command.sent,
            references=state.chain,
            document=command.document,
        )
    ]


def _pending(state: BulletinState, number: int, zh: str, en: str) -> Draft:
    """Return the draft that waits, if it is this one. Raises Rejected for any other."""
    if number in state.published:
        raise Rejected(
            "published",
            zh=f"{zh}：草稿 {number} 已发布",
            en=f"{en}: draft {number} is published",
            field="draft",
        )
    if number != state.last:
        _refuse_stale(state, number, zh, en)
    draft = state.draft(number)
    if draft is None or state.pending != number:
        raise Rejected(
            "declined",
            zh=f"{zh}：草稿 {number} 已被否决，请重新拟写",
            en=f"{en}: draft {number} was declined, write another one",
            field="draft",
        )
    return draft


def _refuse_stale(state: BulletinState, number: int, zh: str, en: str) -> NoReturn:
    """Raise Rejected for what somebody meant of a draft that is not the newest, with what is other
    in the newest.
    """
    newest, seen = state.draft(state.last), state.draft(number)
    if newest is None or number > state.last:
        raise Rejected(
            "no-such-draft",
            zh=f"{zh}：没有草稿 {number}，最新的是 {state.last}",
            en=f"{en}: there is no draft {number}, the newest is {state.last}",
            field="draft",
        )
    what = ", ".join(changed(seen.content, newest.content) or ["move"]) if seen else ""
    raise Rejected(
        "stale",
        zh=f"{zh}：草稿 {number} 已被 {newest.by} 的草稿 {newest.number} 取代"
        + (f"，改动：{what}" if what else ""),
        en=f"{en}: draft {number} gave way to draft {newest.number} by {newest.by}"
        + (f", which changes {what}" if what else ""),
        field="draft",
    )


BULLETIN: Decider[BulletinState, BulletinCommand] = Decider(
    "bulletin", BulletinState(), decide, evolve
)
