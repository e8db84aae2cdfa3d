"""What is written is CAP 1.2 by its schema, and reads back as it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, example, given, settings

from services.weather.cap import CapMessage, CapReference, CapRefused, read_cap
from services.weather.cap_write import write_cap, write_time
from services.weather.cma import BEIJING_TIME
from tests.unit.corpus import WHY_MISSING, folder, rows
from tests.unit.weather.documents import ALERT, read_one
from tests.unit.weather.messages import messages

WRITTEN = read_one(ALERT.encode())
FORM_FAULTS = {"element-order", "element-missing", "element-empty", "element-unknown", "time-form"}

NO_VALIDATOR = "the package xmlschema is not installed, so the CAP schema cannot be asked"
Validate = Callable[[bytes], None]


@pytest.fixture(scope="module")
def validate() -> Validate:
    """Raises where a document is not CAP 1.2 by the schema of the standard."""
    xmlschema = pytest.importorskip("xmlschema", reason=NO_VALIDATOR)
    place = folder()
    if place is None:
        pytest.skip(WHY_MISSING)
    schema = xmlschema.XMLSchema(str(place / "schema" / "CAP-v1.2-oasis.xsd"))

    def check(document: bytes) -> None:
        schema.validate(document.decode())

    return check


many = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@given(messages)
@example(WRITTEN)
@many
def test_what_is_written_reads_back_as_it_was(message: CapMessage) -> None:
    [read_back] = read_cap(write_cap(message))
    assert replace(read_back, deviations=()) == message
    assert not FORM_FAULTS & {deviation.code for deviation in read_back.deviations}


@given(messages)
@example(WRITTEN)
@many
def test_what_is_written_obeys_the_schema(validate: Validate, message: CapMessage) -> None:
    validate(write_cap(message))


def test_real_messages_obey_the_schema_once_written_again(validate: Validate) -> None:
    written = 0
    for row in rows("cap-alert-1.2"):
        try:
            [message] = read_cap(row.file.read_bytes())
        except CapRefused:
            continue
        if len(row.file.read_bytes()) > 100_000 or not all(i.categories for i in message.infos):
            continue
        if any(reference.sent is None for reference in message.references):
            continue
        validate(write_cap(message))
        written += 1
    assert written > 200


def test_times_keep_their_offset_and_lose_their_fraction() -> None:
    assert write_time(datetime(2022, 2, 13, 8, 0, 0, 999, tzinfo=BEIJING_TIME)) == (
        "2022-02-13T08:00:00+08:00"
    )


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (replace(WRITTEN, identifier="a\x00b"), "XML cannot carry"),
        (replace(WRITTEN, sent=datetime(2022, 2, 13)), "needs an offset"),  # noqa: DTZ001 (so it fails)
        (
            replace(WRITTEN, sent=datetime(1901, 1, 1, tzinfo=timezone(timedelta(seconds=29143)))),
            "needs an offset",
        ),
        (replace(WRITTEN, references=(CapReference("a", "b", None),)), "has no time"),
        (replace(WRITTEN, infos=(replace(WRITTEN.infos[0], categories=()),)), "has no category"),
    ],
)
def test_what_cannot_be_written_is_refused(message: CapMessage, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        write_cap(message)
