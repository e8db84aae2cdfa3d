"""Whether an answer is what a beat expected. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.scenario.beat import Beat
from services.scenario.exchange import Answer

_REFUSALS: Final = frozenset({400, 409, 413, 415, 422})
"""Refused for what it says. 401, 403 and 404 mean that the story or its tokens are wrong."""


def disappointment(beat: Beat, answer: Answer) -> str:
    """Return what is wrong with an answer, nothing if it is as expected."""
    match beat.expect:
        case "accepted":
            return _accepted(beat, answer)
        case "rejected":
            return _rejected(beat, answer)
        case "conflict":
            return "" if answer.status == 409 else "no conflict (409)"


def uneven(shown: Mapping[str, Any]) -> str:
    """Return what is wrong with the counts of a roll call: everyone is counted, and once."""
    counted = {name: shown[name] for name in ("safe", "need_help", "excused", "unaccounted_count")}
    roster = shown["expected"] + shown["walk_ups"]
    if sum(counted.values()) == roster:
        return ""
    parts = ", ".join(f"{name} {count}" for name, count in counted.items())
    return f"roll call {shown['id']} counts {parts} of {roster}"


def opened(beat: Beat, answer: Answer) -> str | None:
    """Return the id of what a beat has opened, as its answer tells it."""
    body = answer.body
    if not isinstance(body, Mapping):
        return None
    if beat.door == "cap":
        results = list(_results(body))
        return _text(results[0], "warning") if results else None
    return _text(body, "incident" if beat.door in ("report", "incident") else "id")


def _text(of: Mapping[str, Any], name: str) -> str | None:
    text = of.get(name)
    return text if isinstance(text, str) else None


def _accepted(beat: Beat, answer: Answer) -> str:
    if not 200 <= answer.status < 300:
        return f"not accepted ({answer.status})"
    if beat.method == "GET" or beat.path.startswith("{link:"):
        return ""
    if beat.opens and opened(beat, answer) is None:
        return "the answer does not tell what it opened"
    results = list(_results(answer.body))
    if beat.rejects and len(results) != len(beat.body):
        return f"{len(results)} answers for {len(beat.body)} reports"
    for place, result in enumerate(results):
        said, wanted = result.get("status"), "rejected" if place in beat.rejects else "accepted"
        if said not in (wanted, None):
            return f"number {place} is {said}"
    return ""


def _rejected(beat: Beat, answer: Answer) -> str:
    if answer.status not in _REFUSALS:
        return f"not rejected for what it says ({answer.status})"
    field = _field(answer.body)
    if beat.field and field.split(".")[-1] != beat.field.split(".")[-1]:
        return f"the field at fault is {beat.field}, not {field or 'unnamed'}"
    return ""


def _results(body: Any) -> Iterator[Mapping[str, Any]]:
    """Return the answer for each report, or for each message; a single one is its own."""
    if isinstance(body, Mapping):
        body = body.get("results", [body])
    if isinstance(body, list):
        # A last line of NDJSON may count what came before.
        yield from (row for row in body if isinstance(row, Mapping) and "accepted" not in row)


def _field(body: Any) -> str:
    if not isinstance(body, Mapping):
        return ""
    said = body.get("error", body)
    return str(said.get("field") or "") if isinstance(said, Mapping) else ""
