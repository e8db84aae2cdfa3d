"""Kinds of message, references between them, documents round them, and the catalogue of faults."""

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest

from services.weather.cap import DEVIATIONS, CapRefused, ends_warning, read_cap, read_document
from services.weather.cap.deviations import Notes
from services.weather.cap.model import CapReference
from tests.unit.weather.documents import ALERT, changed, codes, read_one

BEIJING = timezone(timedelta(hours=8))
SENT = "2022-02-13T08:00:00+08:00"


# Kinds and references


def update(references: str, kind: str = "Update") -> bytes:
    return changed(
        ("<msgType>Alert", f"<msgType>{kind}"),
        ("</scope>", f"</scope><references>{references}</references>"),
    )


@pytest.mark.parametrize(
    ("references", "odd"),
    [
        ("duty@weather.example,A0,2022-02-13T07:00:00+08:00", None),
        (f"duty@weather.example,A0,{SENT}", "reference-sent-equals-own"),
        ("duty@weather.example,A1,2022-02-13T07:00:00+08:00", "reference-to-itself"),
        ("other@weather.example,A0,2022-02-13T07:00:00+08:00", "reference-sender-differs"),
        ("duty@weather.example,A0,2022-02-14T07:00:00+08:00", "reference-after-sent"),
        ("A0", "reference-malformed"),
        ("", "references-missing"),
    ],
)
def test_references(references: str, odd: str | None) -> None:
    assert codes(update(references)) == ({odd} if odd else set())


def test_references_with_blanks_and_commas_in_strange_places() -> None:
    early = datetime(2022, 2, 13, 7, tzinfo=BEIJING)
    wanted = (CapReference("Duty Office", "A0", early), CapReference("Duty Office", "A9", early))
    for written in (
        "Duty Office,A0,2022-02-13T07:00:00+08:00 Duty Office,A9,2022-02-13T07:00:00+08:00",
        "Duty Office,A0,2022-02-13T07:00:00+08:00,Duty Office,A9,2022-02-13T07:00:00+08:00",
    ):
        assert read_one(update(written)).references == wanted


def test_references_on_a_first_warning_are_named() -> None:
    triple = "duty@weather.example,A0,2022-02-13T07:00:00+08:00"
    assert codes(update(triple, kind="Alert")) == {"references-on-alert"}


@pytest.mark.parametrize("kind", ["Cancel", "Ack", "Error"])
def test_a_message_without_info_may_end_or_answer_one(kind: str) -> None:
    triple = "duty@weather.example,A0,2022-02-13T07:00:00+08:00"
    document = update(triple, kind).decode()
    bare = document[: document.index("<info>")] + "</alert>"
    message = read_one(bare.encode())
    assert message.infos == ()
    assert message.deviations == ()


def test_a_warning_without_info_is_named() -> None:
    document = ALERT[: ALERT.index("<info>")] + "</alert>"
    assert codes(document.encode()) == {"info-missing"}


def test_a_cancellation_sent_as_an_update_is_known_for_what_it_is() -> None:
    triple = "duty@weather.example,A0,2022-02-13T07:00:00+08:00"
    for old, new in (
        (b"<urgency>", b"<responseType>AllClear</responseType><urgency>"),
        ("台发布".encode(), "台解除".encode()),
    ):
        document = update(triple).replace(old, new)
        assert ends_warning(read_one(document))
        assert "cancel-sent-as-update" in codes(document)
    assert not ends_warning(read_one(update(triple)))
    assert ends_warning(read_one(update(triple, "Cancel")))


def test_an_update_that_asks_people_to_act_ends_nothing() -> None:
    triple = "duty@weather.example,A0,2022-02-13T07:00:00+08:00"
    document = update(triple).replace(
        b"<urgency>Expected</urgency>\n    <severity>Severe",
        b"<responseType>Evacuate</responseType><urgency>Past</urgency><severity>Minor",
    )
    assert b"Evacuate" in document
    assert not ends_warning(read_one(document))


def test_incidents_may_have_names_with_blanks() -> None:
    document = changed(("</scope>", '</scope><incidents>flood "urban fire" x</incidents>'))
    assert read_one(document).incidents == ("flood", "urban fire", "x")
    odd = changed(("</scope>", '</scope><incidents>flood "urban</incidents>'))
    assert read_one(odd).incidents == ("flood", '"urban')


# Wrapped documents


def wrapped(*alerts: bytes) -> bytes:
    inside = b"".join(alert[alert.index(b"?>") + 2 :] for alert in alerts)
    return b"<e:Envelope xmlns:e='urn:e'><e:Body><x>" + inside + b"</x></e:Body></e:Envelope>"


def test_alerts_are_found_inside_anything() -> None:
    second = changed(("A1", "A2"))
    messages = read_cap(wrapped(ALERT.encode(), second))
    assert [message.identifier for message in messages] == ["A1", "A2"]
    assert all(message.deviations[0].code == "wrapped-document" for message in messages)


def test_a_bad_alert_does_not_keep_its_siblings_out() -> None:
    document = read_document(
        wrapped(changed(("<sender>duty@weather.example</sender>", "")), ALERT.encode())
    )
    [message] = document.messages
    [refused] = document.refused
    assert refused.element == "alert/sender"
    assert {deviation.code for deviation in message.deviations} == {
        "wrapped-document",
        "sibling-refused",
    }


def test_a_document_without_an_alert_is_refused() -> None:
    for body in (b"<html><body>Not found</body></html>", b"<alert><p>not ours</p></alert>"):
        with pytest.raises(CapRefused) as refused:
            read_cap(body)
        assert refused.value.code == "no-alert"


@pytest.mark.parametrize("body", [b"", b" \n", b"{}", b"<alert", b"\x00\x00", b"<a>&nbsp;</a>"])
def test_what_is_not_xml_is_refused(body: bytes) -> None:
    with pytest.raises(CapRefused) as refused:
        read_cap(body)
    assert refused.value.code in {"body-empty", "xml-broken"}


# The catalogue


def test_every_deviation_has_its_sentence_in_both_languages() -> None:
    for code, (english, chinese) in DEVIATIONS.items():
        assert code.replace("-", "").isalnum()
        assert english.isascii()
        assert not chinese.isascii()
    assert list(DEVIATIONS) == list(dict.fromkeys(DEVIATIONS))
    with pytest.raises(KeyError):
        Notes(1).add("no-such-code", "alert")


def test_deviations_have_an_end() -> None:
    notes = Notes(3)
    for number in range(10):
        notes.add("element-unknown", f"alert/x{number}", "v" * 500)
    found = notes.all()
    assert [deviation.code for deviation in found] == ["element-unknown"] * 3 + ["more-deviations"]
    assert all(len(deviation.detail) <= 80 for deviation in found)
    assert all(one != other for one, other in pairwise(found))
