"""What whoever sent a document is told of each message in it, JSON-ready. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

from events.weather import Affected, WarningMessage
from services.ask import Outcome
from services.weather.cap import CapMessage, CapRefused, Deviation
from services.weather.commands import Move
from services.weather.placing import End, Placing


def taken(
    cap: CapMessage, move: Move, message: WarningMessage, placing: Placing, outcome: Outcome
) -> dict[str, Any]:
    """Return what became of a message: which warning speaks now, and whom it concerns."""
    return {
        "identifier": message.identifier,
        "sender": message.sender,
        "status": "accepted",
        "seq": outcome.seq,
        "warning": placing.warning,
        "superseded": [step.warning for step in placing.steps if isinstance(step, End)],
        "move": move,
        "cap_status": message.status,
        "severity": message.severity,
        "colour": message.colour,
        "signature": message.signature,
        "signer": message.signer,
        "venues": list(message.venues),
        "affected": [show_affected(one) for one in message.affected],
        "deviations": [
            {"code": d.code, "element": d.element, "detail": d.detail} for d in _odd(cap, placing)
        ],
    }


def _odd(cap: CapMessage, placing: Placing) -> Sequence[Deviation]:
    ahead = any(one.code == "sent-ahead" for one in cap.deviations)
    if not placing.other_words or ahead:  # of what is sent ahead, each copy has another time
        return cap.deviations
    return (*cap.deviations, Deviation("identifier-reused", "alert/identifier", cap.identifier))


def show_affected(one: Affected) -> dict[str, Any]:
    """Return a venue that is taken in, and how many people were there. Not who: a reporter may ask
    that of nobody.
    """
    return one.model_dump(exclude={"ids"})


def refused(error: CapRefused) -> dict[str, Any]:
    """Return why a message was not taken."""
    return {
        "status": "rejected",
        "code": error.code,
        "field": error.element,
        "reason": {"zh": error.reason_zh, "en": error.reason},
    }


def no_warning(cap: CapMessage) -> dict[str, Any]:
    """Return that a message, an acknowledgement or an error, warns of nothing."""
    return {
        "identifier": cap.identifier,
        "sender": cap.sender,
        "status": "rejected",
        "code": "not-a-warning",
        "field": "alert/msgType",
        "reason": {
            "zh": f"msgType 为 {cap.msg_type}，不是预警",
            "en": f"msgType is {cap.msg_type}, which warns of nothing",
        },
    }


def not_believed(cap: CapMessage, feeds: Iterable[str]) -> dict[str, Any]:
    """Return that a message says it is of a sender whose warnings come by feeds."""
    named = ", ".join(sorted(feeds))
    return {
        "identifier": cap.identifier,
        "sender": cap.sender,
        "status": "rejected",
        "code": "sender-of-a-feed",
        "field": "alert/sender",
        "reason": {
            "zh": f"发送方 {cap.sender} 的预警由数据源 {named} 提供，只有指挥员可代为递交",
            "en": f"warnings of {cap.sender} come by the feed {named}: only a commander may hand "
            "in others",
        },
    }


def own_message(cap: CapMessage) -> dict[str, Any]:
    """Return that a message is one of ours, which came back."""
    return {
        "identifier": cap.identifier,
        "sender": cap.sender,
        "status": "rejected",
        "code": "own-message",
        "field": "alert/sender",
        "reason": {
            "zh": f"发送方 {cap.sender} 就是本系统，不再收录自己的消息",
            "en": f"the sender {cap.sender} is this Muster: its own messages are not taken again",
        },
    }
