"""A day in the life of the people of `desk.populate`: on the road, at the check-in, swapping."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.acceptance.desk import VENUE, send
from tests.servers import Muster

BEIJING = ZoneInfo("Asia/Shanghai")
WORDS = "夜里睡不着"
OVAL = "national-speed-skating-oval"


def live_a_day(muster: Muster) -> None:
    """Let a coach be overdue, a day's check-in go on, and a swap wait; p2 wants to talk."""
    now = datetime.now(UTC)
    _travel(muster, now)
    _swap(muster, now)
    _check_in(muster, now)


def _travel(muster: Muster, now: datetime) -> None:
    plan = {
        "id": "coach",
        "origin": "学院路校区",
        "destination": VENUE,
        "departs_at": (now - timedelta(hours=4)).isoformat(),
        "arrives_at": (now - timedelta(hours=1)).isoformat(),
        "at": (now - timedelta(hours=5)).isoformat(),
        "vehicle": "大巴07",
        "people": ["p2", "p3"],
    }
    send(muster, "journeys", plan)
    left = (now - timedelta(hours=4)).isoformat()
    send(muster, "journeys/coach/depart", {"at": left})


def _swap(muster: Muster, now: datetime) -> None:
    hours = {"starts_at": now + timedelta(days=2), "ends_at": now + timedelta(days=2, hours=4)}
    shift = {name: at.isoformat() for name, at in hours.items()}
    send(muster, "volunteers/p2/shifts", {"shift": "p2-later", "venue": VENUE, **shift})
    body = {"giver": "p2", "shift": "p2-later", "taker": "p3", "proposer": "p2"}
    send(muster, "swaps", body)


def _check_in(muster: Muster, now: datetime) -> None:
    """Plan a phase as of five minutes ago whose check-in was due two minutes ago: it begins now."""
    due = now - timedelta(minutes=2)
    phase = {
        "id": "games",
        "name": {"zh": "冬奥会", "en": "Games"},
        "starts_at": (now - timedelta(days=1)).isoformat(),
        "ends_at": (now + timedelta(days=9)).isoformat(),
        "check_in_at": due.astimezone(BEIJING).strftime("%H:%M"),
        "at": (now - timedelta(minutes=5)).isoformat(),
    }
    helper = {"id": "p9", "site": "yanqing", "name": "张宁", "latin": "Zhang Ning"}
    send(muster, "volunteers", {**helper, "role": "support", "lanes": ["mental-health"]})
    send(muster, "phases", phase)
    day = due.astimezone(BEIJING).date().isoformat()
    answers = {"p1": {"answer": "fine"}, "p2": {"answer": "talk", "text": WORDS}}
    for person, said in answers.items():
        report = {"id": f"checkin-{person}", "kind": "check-in", "person": person, "day": day}
        send(muster, "reports", {**report, **said})
