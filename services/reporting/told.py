"""What a reporter is told of one report."""

from functools import cache
from typing import Any, NamedTuple, TypeAlias

from prometheus_client import Counter

from services.log import LogFull
from services.metrics import METRICS
from services.problems import Problem

Answer: TypeAlias = dict[str, Any]
"""Accepted with its sequence, rejected with field and reason, or unavailable, which means: send it
again under the same id.
"""


class Accepted(NamedTuple):
    """What is told of a report whose events are stored, but for where they lie."""

    report_id: str
    event_id: str
    incident: str | None
    notes: tuple[Problem, ...]

    def at(self, seq: int) -> Answer:
        """Return the answer, the report's first event lying at `seq`."""
        answer: Answer = {
            "id": self.report_id,
            "status": "accepted",
            "seq": seq,
            "event": self.event_id,
        }
        if self.incident:
            answer["incident"] = self.incident
        if self.notes:
            answer["notes"] = [note.show() for note in self.notes]
        return answer


def rejected(report_id: str | None, problem: Problem) -> Answer:
    """Return the answer to a report that is not taken."""
    return {"id": report_id, "status": "rejected", **problem.show()}


def unavailable(report_id: str | None, error: Exception) -> Answer:
    """Return the answer to a report of which nobody knows whether it is stored."""
    full = isinstance(error, LogFull)
    problem = Problem(
        "log-full" if full else "log-unavailable",
        "",
        "日志已满，无法写入" if full else "日志暂时无法写入，请用同一编号重发",
        "the log is full" if full else "the log cannot be reached, send it again under the same id",
    )
    return {"id": report_id, "status": "unavailable", **problem.show()}


def reused(report_id: str) -> Problem:
    """Return why a report is not taken whose id another one has."""
    return Problem(
        "id-reused",
        "id",
        f"编号 {report_id} 已用于另一份内容不同的报告",
        f"{report_id} is the id of another report, which says something else",
    )


def too_many(found: int, most: int) -> Problem:
    """Return why a list is not taken that is longer than a limit."""
    return Problem(
        "too-many-reports",
        "",
        f"一次最多 {most} 份报告，收到 {found} 份",
        f"at most {most} reports at once, {found} came",
    )


def count(door: str, answer: Answer) -> Answer:
    """Count an answer by the door its report came through, and return it."""
    _counter(door, answer["status"]).inc()
    return answer


@cache
def _counter(door: str, outcome: str) -> Counter:
    return METRICS.reports.labels(door, outcome)
