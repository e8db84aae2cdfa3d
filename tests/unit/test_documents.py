"""What is written about events and subjects is what the code does."""

import pytest

from events.catalogue import FACTS
from services.documents import asyncapi, event_table, written


def test_the_documents_are_up_to_date() -> None:
    for path, text in written().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make docs`"


def test_every_event_has_a_row() -> None:
    table = event_table()
    assert all(f"`{fact.wire_type()}`" in table for fact in FACTS)


@pytest.mark.parametrize("subject", ["report.*", "cmd.*.incident", "cmd.*.cap", "alert.{site}"])
def test_the_asyncapi_document_names_every_door(subject: str) -> None:
    addresses = [channel["address"] for channel in asyncapi()["channels"].values()]
    assert any(address.startswith(subject) for address in addresses), addresses


def test_reports_are_described_whole() -> None:
    document = asyncapi()
    payload = document["components"]["schemas"]["reports:Message:Payload"]
    assert "need-help" in str(payload)
    assert "$ref" not in str(payload)


def test_commands_are_described_by_their_kind() -> None:
    schemas = asyncapi()["components"]["schemas"]
    assert "acknowledge-alert" in str(schemas["alert commands:Message:Payload"])
    assert "acknowledge-alert" not in str(schemas["incident commands:Message:Payload"])
