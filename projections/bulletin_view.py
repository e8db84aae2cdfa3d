"""Bulletins as whoever writes and approves them sees them."""

from typing import Any, Literal, NamedTuple, TypeAlias

from events.fact import Ref, Severity, Text
from events.weather import Colour
from projections.bulletins import Bulletin, Draft, Judgement, Message
from projections.moment import Moment, iso
from projections.picture import Picture
from projections.warnings import Warned

SourceState: TypeAlias = Literal["stands", "changed", "ended", "unknown"]

_ASK: dict[tuple[SourceState, bool], Text] = {
    ("ended", True): Text(zh="来源已结束：解除公告？", en="source ended: cancel?"),
    ("ended", False): Text(zh="来源已结束：撤回草稿？", en="source ended: decline the draft?"),
    ("changed", True): Text(zh="来源级别已变：更新公告？", en="source changed its level: update?"),
    ("changed", False): Text(
        zh="来源级别已变：改写草稿？", en="source changed its level: write the draft anew?"
    ),
}
"""What a person is asked, by what became of the source, and whether something is published."""


class Source(NamedTuple):
    """How what a bulletin was made from stands now."""

    over: bool
    severity: Severity
    colour: Colour | None


def show_line(moment: Moment, id: str, row: Bulletin) -> dict[str, Any]:
    """Return a bulletin as a list shows it: what waits, else what the public was told last. `draft`
    is the number of the newest draft, which may have been declined.
    """
    newest, last, spoken = row.newest, row.last, _spoken(row)
    content = spoken.content if spoken else None
    return {
        "id": id,
        "status": row.status(moment.at),
        "in_force": row.in_force(moment.at),
        "move": spoken.move if spoken else None,
        "draft": newest.number if newest else 0,
        "needs_approval": bool(row.pending and row.pending.ready_at is None),
        "lacks": row.pending.lacks if row.pending else 0,
        "headline": content.headline.model_dump() if content else None,
        "severity": content.severity if content else None,
        "colour": content.colour if content else None,
        "cap_status": content.status if content else None,
        "expires": iso(content.expires) if content else None,
        "drafted_by": spoken.by if spoken else None,
        "published": iso(last.sent) if last else None,
        "identifier": last.identifier if last else None,
        "source": _show_source(moment, row),
    }


def _spoken(row: Bulletin) -> Draft | None:
    """Return the draft that a bulletin stands for: one that was declined changes nothing of what
    the public was told.
    """
    told = row.last.draft if row.last else None
    return row.pending or next((d for d in row.drafts if d.number == told), row.newest)


def show_bulletin(moment: Moment, id: str, row: Bulletin) -> dict[str, Any]:
    """Return a bulletin with all its drafts, what was said to them, and what went out."""
    return {
        **show_line(moment, id, row),
        "drafts": [_show_draft(draft) for draft in row.drafts],
        "messages": [show_message(message) for message in row.messages],
    }


def show_message(message: Message) -> dict[str, Any]:
    """Return what is said of a message that went out."""
    return {
        "draft": message.draft,
        "move": message.move,
        "sender": message.sender,
        "identifier": message.identifier,
        "sent": iso(message.sent),
        "references": [
            {"sender": sender, "identifier": identifier, "sent": iso(sent)}
            for sender, identifier, sent in message.references
        ],
        "document": message.document,
    }


def _show_draft(draft: Draft) -> dict[str, Any]:
    return {
        "draft": draft.number,
        "move": draft.move,
        "by": draft.by,
        "hand": draft.hand,
        "at": iso(draft.at),
        "needs_approval": draft.needs_approval,
        "lacks": draft.lacks,
        "approvals": [_show_judgement(one) for one in draft.approvals],
        "approved": _show_judgement(draft.approved),
        "declined": _show_judgement(draft.declined),
        "content": draft.content.model_dump(mode="json"),
    }


def _show_judgement(said: Judgement | None) -> dict[str, Any] | None:
    if said is None:
        return None
    return {"by": said.by, "hand": said.hand, "at": iso(said.at), "comment": said.comment}


def _show_source(moment: Moment, row: Bulletin) -> dict[str, Any] | None:
    if row.about is None:
        return None
    state = source_state(moment, row)
    is_told = row.in_force(moment.at)
    asks = is_told or row.pending is not None
    ask = _ASK.get((state, is_told)) if asks else None
    return {
        "kind": row.about.kind,
        "id": row.about.id,
        "state": state,
        "ask": ask.model_dump() if ask else None,
    }


def source_state(moment: Moment, row: Bulletin) -> SourceState:
    """Return how what a bulletin was made from stands beside what the bulletin says. Nothing
    follows from it: a person decides.
    """
    source = source_of(moment, row.about) if row.about else None
    spoken = _spoken(row)
    if source is None or spoken is None:
        return "unknown"
    if source.over:
        return "ended"
    content = spoken.content
    if source.colour is not None and content.colour is not None:
        return "stands" if source.colour == content.colour else "changed"
    return "stands" if source.severity == content.severity else "changed"


def source_of(moment: Moment, about: Ref) -> Source | None:
    """Return how an alert or a warning stands now, None where there is none."""
    if about.kind == "alert" and (alert := moment.picture.alerts.rows.get(about.id)) is not None:
        return Source(alert.status == "closed", alert.severity, None)
    if about.kind == "warning" and (warned := _speaking(moment.picture, about.id)) is not None:
        message = warned.message
        has_expired = message.expires is not None and message.expires <= moment.at
        return Source(warned.precedence == 2 or has_expired, message.severity, message.colour)
    return None


def _speaking(picture: Picture, id: str) -> Warned | None:
    """Return the warning, or the one that speaks in its place."""
    rows = picture.warnings.rows
    warned, seen = rows.get(id), {id}
    while warned is not None and warned.superseded_by not in (None, *seen):
        seen.add(str(warned.superseded_by))
        warned = rows.get(str(warned.superseded_by))
    return warned
