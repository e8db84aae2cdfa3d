"""People: a roll call of everyone, answered by thousands a second, while others look at it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import httpx

from tests.benchmarks import crowd
from tests.benchmarks.figures import Figure, quantile
from tests.benchmarks.ingest import cores
from tests.benchmarks.processes import ask
from tests.benchmarks.subject import Running, muster

PEOPLE = 45_000
SITES = 40
VENUES = 120
RATE = 4_000
OPENED_WITHIN_S = 2.0
COUNTED_WITHIN_S = 1.0
BOARD_P95_MS = 50.0
PICTURE_MS = 30.0
MEMORY_MB = 1024.0
_LIST = 1000


class Way(NamedTuple):
    """In what requests answers come."""

    name: str
    per_request: int
    connections: int


WAYS = (
    Way("single answers, as phones send them", 1, 256),
    Way("lists of 10, as leads and gateways send them", 10, 64),
)


class Called(NamedTuple):
    """A roll call: until it was answered and until its counts were seen, in seconds."""

    id: str
    expected: int
    accepted_s: float
    shown_s: float


def measure(folder: Path, seconds: float, people: int = PEOPLE) -> Iterator[Figure]:
    """Build a roster, then call the roll for each way of answering, and count everything."""
    with muster(folder / "people", empty=True) as running, _caller(running) as http:
        yield from _roster(http, people)
        each = min(round(RATE * seconds), people // len(WAYS))
        for number, way in enumerate(WAYS):
            called = _call(http, people)
            yield from _opening(called, people)
            result = _answer(running, called, way, number * each, each)
            yield from _figures(way, result)
            yield _closing(http, called)
        yield from _memory(running)


def _caller(running: Running) -> httpx.Client:
    return httpx.Client(
        base_url=f"{running.url}/api/v1",
        headers={"Authorization": f"Bearer {running.token}"},
        timeout=60,
    )


def _post(http: httpx.Client, path: str, body: Any) -> Any:
    answer = http.post(path, json=body)
    if answer.status_code != 200:
        raise RuntimeError(f"post {path}: {answer.status_code} {answer.text[:500]}")
    return answer.json()


def site_id(number: int) -> str:
    """Return the site of a person or a venue."""
    return f"zone-{number % SITES:02}"


def venue_id(number: int) -> str:
    """Return the venue of a person."""
    return f"hall-{number % VENUES:03}"


def _roster(http: httpx.Client, people: int) -> Iterator[Figure]:
    for number in range(SITES):
        name = {"zh": f"赛区{number}", "en": f"Zone {number}"}
        _post(http, "/sites", {"id": site_id(number), "name": name})
    for number in range(VENUES):
        name = {"zh": f"场馆{number}", "en": f"Hall {number}"}
        place = {"lat": 40.0 + number / 1000, "lon": 115.8, "adcode": "110119"}
        _post(
            http,
            "/venues",
            {"id": venue_id(number), "site": site_id(number), "name": name, **place},
        )
    since = perf_counter()
    for some in _lists(people):
        registered = [_person(number) for number in some]
        _all_of(registered, _post(http, "/volunteers", registered))
    yield _listed(f"{people:,} people registered", people, perf_counter() - since)
    since = perf_counter()
    _shifts(http, people)
    yield _listed(f"{people:,} shifts planned", people, perf_counter() - since)


def _listed(name: str, people: int, spent: float) -> Figure:
    return Figure(name, spent, "s", more=f"lists of {_LIST} over HTTP: {people / spent:,.0f} /s")


def _person(number: int) -> dict[str, Any]:
    return {
        "id": crowd.person_id(number),
        "site": site_id(number),
        "name": f"志愿者{number}",
        "latin": f"Volunteer {number}",
        "role": "team-leader" if number < VENUES else "spectator-guidance",
        "leads": [venue_id(number)] if number < VENUES else [],
        "languages": ["zh", "en"],
    }


def _shifts(http: httpx.Client, people: int) -> None:
    """Plan everyone at a venue from an hour ago on."""
    begins = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    times = {
        "starts_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=8)).isoformat(),
    }
    for some in _lists(people):
        plans = [
            {
                "person": crowd.person_id(number),
                "shift": "today",
                "venue": venue_id(number),
                **times,
            }
            for number in some
        ]
        _all_of(plans, _post(http, "/shifts", plans))


def _lists(people: int) -> Iterator[range]:
    for start in range(0, people, _LIST):
        yield range(start, min(people, start + _LIST))


def _all_of(sent: list[dict[str, Any]], answer: Any) -> None:
    if answer["accepted"] != len(sent):
        raise RuntimeError(f"send a list of {len(sent)}: {str(answer)[:500]}")


def _call(http: httpx.Client, people: int) -> Called:
    since = perf_counter()
    answer = _post(http, "/roll-calls", {"everyone": True, "remind_after_s": 0})
    accepted = perf_counter()
    shown = http.get(f"/roll-calls/{answer['id']}?limit=1").raise_for_status().json()
    seen = perf_counter()
    if shown["expected"] != people:
        raise RuntimeError(f"open a roll call: {shown['expected']} of {people} are expected")
    return Called(answer["id"], answer["expected"], accepted - since, seen - since)


def _opening(called: Called, people: int) -> Iterator[Figure]:
    name = f"roll call of {people:,} opened"
    yield Figure(f"{name}: accepted", called.accepted_s, "s", OPENED_WITHIN_S, at_most=True)
    yield Figure(f"{name}: counts shown", called.shown_s, "s", OPENED_WITHIN_S, at_most=True)


def _answer(running: Running, called: Called, way: Way, first: int, count: int) -> crowd.Result:
    host, port = running.address
    job = crowd.Job(
        host,
        port,
        running.token,
        called.id,
        first,
        count,
        RATE,
        way.per_request,
        way.connections,
        f"answer-{way.per_request}",
        [venue_id(number) for number in range(VENUES)],
        running.pids,
    )
    return crowd.Result(**ask("crowd", job))


def _figures(way: Way, result: crowd.Result) -> Iterator[Figure]:
    p50, p95, p99 = (quantile(result.to_counts, share) for share in (0.5, 0.95, 0.99))
    answered = [quantile(result.to_answer, share) * 1000 for share in (0.5, 0.99)]
    per_second = result.accepted / result.seconds
    yield Figure(
        f"{way.name}: taken",
        per_second,
        "/s",
        0.98 * RATE,
        more=f"{RATE:,} /s are sent; a request is answered after p50 {answered[0]:.0f} ms,"
        f" p99 {answered[1]:.0f} ms; {cores(result.cpu)}",
    )
    yield Figure(
        "  an answer is in the counts after, p99",
        p99,
        "s",
        COUNTED_WITHIN_S,
        at_most=True,
        more=f"p50 {p50:.2f} s, p95 {p95:.2f} s, longest {max(result.to_counts):.2f} s;"
        f" the counts are fetched every {crowd.COUNTS_EVERY_S * 1000:.0f} ms,"
        f" p95 {quantile(result.counts, 0.95) * 1000:.0f} ms",
    )
    yield _screen("board", result.board, result.calm_board, BOARD_P95_MS)
    more = f", {result.picture_bytes / 1e3:,.0f} kB"
    yield _screen("picture", result.picture, result.calm_picture, None, more)
    yield _wrong(result)


def _screen(
    name: str, took: list[float], calm: list[float], wanted: float | None, more: str = ""
) -> Figure:
    p50, p95 = (quantile(took, share) * 1000 for share in (0.5, 0.95))
    before = quantile(calm, 0.5) * 1000
    return Figure(
        f"  {name} meanwhile, p95",
        p95,
        "ms",
        wanted,
        at_most=True,
        more=f"p50 {p50:.0f} ms; {before:.0f} ms when it is calm{more}",
    )


def _wrong(result: crowd.Result) -> Figure:
    """Return how far the counts are from right: of the sum, of those answered, of lost answers."""
    last = result.last
    answered = last["safe"] + last["need_help"]
    summed = answered + last["excused"] + last["unaccounted"]
    wrong = (
        abs(last["expected"] - summed)
        + abs(answered - result.answered_before - result.sent)
        + abs(result.sent - len(result.to_counts))
        + result.sent
        - result.accepted
    )
    more = f"of {result.sent:,} answers; {last['need_help']} need help"
    if result.refused:
        more += f"; refused: {result.refused}"
    return Figure("  counts wrong at the end", wrong, "", 0, at_most=True, more=more)


def _closing(http: httpx.Client, called: Called) -> Figure:
    since = perf_counter()
    _post(http, f"/roll-calls/{called.id}/close", {"note": "-"})
    return Figure("  closed, with who is missing written down", perf_counter() - since, "s")


def kilobytes(status: str, field: str) -> int:
    """Return a field of a process's status. Raises ValueError when it is not there."""
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    if found is None:
        raise ValueError(f"read {field} of a process: it is not in its status")
    return int(found[1])


def _memory(running: Running) -> Iterator[Figure]:
    for name, pid in running.pids.items():
        status = Path(f"/proc/{pid}/status").read_text()
        now, most = (kilobytes(status, field) / 1024 for field in ("VmRSS", "VmHWM"))
        yield Figure(
            f"memory of {name} at the end",
            now,
            "MB",
            MEMORY_MB if name == "muster" else None,
            at_most=True,
            more=f"{most:,.0f} MB at most",
        )
