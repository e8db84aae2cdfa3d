"""By HTTP's dates, which have no fraction, nobody takes a message for known that they never saw."""

from datetime import UTC, datetime, timedelta

import pytest

from services.gateway.cap_feed import settled

CHANGED = datetime(2022, 2, 13, 8, 0, 0, 200_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after_s", "is_settled"),
    [(0, False), (0.5, False), (0.79, False), (0.8, True), (5, True), (-3, False)],
)
def test_a_date_is_given_once_its_second_is_over(after_s: float, is_settled: bool) -> None:
    now = CHANGED + timedelta(seconds=after_s)
    assert settled(CHANGED, now) == (CHANGED if is_settled else None)


def test_what_never_changed_has_no_date() -> None:
    assert settled(None, CHANGED) is None
