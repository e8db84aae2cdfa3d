"""Everything Muster tells the public is CAP 1.2 by the official schema, signed, and read by others
as it was meant.
"""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, assume, example, given, settings
from lxml import etree
from signxml.exceptions import InvalidDigest, InvalidSignature
from signxml.verifier import XMLVerifier

from events.bulletin import BulletinMove, Content
from events.fact import Text
from services.decider import Rejected
from services.settings import Settings
from services.weather.cap import CapInfo, colour_of_message, read_cap
from services.weather.cap.signals import SIGNAL_COLOUR
from services.weather.cap.signature import Trust
from services.weather.publishing.content import require_publishable
from services.weather.publishing.message import document_of, event_codes, message_of
from services.weather.publishing.signing import (
    CERTIFICATE_FILE,
    KEY_FILE,
    KeyUnusable,
    Signer,
    pair_of,
    signer_by,
    signer_set,
)
from tests.moments import NOON
from tests.unit.bulletins import GRAVE, MILD
from tests.unit.corpus import WHY_MISSING, folder
from tests.unit.weather.published import contents, letterhead, moves, rings_of, zones

BEIJING = timezone(timedelta(hours=8))
EXERCISE = GRAVE.model_copy(update={"status": "Exercise"})
RETURNS = MILD.model_copy(update={"description": Text(zh="一\r\n二", en="one\r\ntwo\ttab")})
many = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return signer_by(pair_of(tmp_path_factory.mktemp("key"), NOON))


@pytest.fixture(scope="module")
def schema() -> Any:
    import xmlschema

    place = folder()
    if place is None:
        pytest.skip(WHY_MISSING)
    return xmlschema.XMLSchema(str(place / "schema" / "CAP-v1.2-oasis.xsd"))


def signed(signer: Signer, content: Content, move: BulletinMove, zone: timezone) -> bytes:
    return signer.sign(document_of(content, move, letterhead(zone, move)))


def verified(document: bytes, signer: Signer) -> etree._Element:
    result = XMLVerifier().verify(document, x509_cert=signer.certificate)
    assert not isinstance(result, list)
    assert result.signed_xml is not None
    return result.signed_xml


@given(content=contents, move=moves, zone=zones)
@example(content=GRAVE, move="issue", zone=BEIJING)
@example(content=EXERCISE, move="update", zone=BEIJING)
@example(content=RETURNS, move="cancel", zone=BEIJING)
@many
def test_what_goes_out_obeys_the_schema_and_carries_a_good_signature(
    signer: Signer, schema: Any, content: Content, move: BulletinMove, zone: timezone
) -> None:
    document = signed(signer, content, move, zone)
    schema.validate(document.decode())
    assert verified(document, signer).tag.endswith("}alert")


@given(content=contents, move=moves, zone=zones)
@example(content=GRAVE, move="issue", zone=BEIJING)
@example(content=RETURNS, move="update", zone=BEIJING)
@many
def test_our_own_reader_finds_nothing_to_say_of_it(
    signer: Signer, content: Content, move: BulletinMove, zone: timezone
) -> None:
    assume(not any_twice(content))
    document = signed(signer, content, move, zone)
    [message] = read_cap(document)
    codes = {deviation.code for deviation in message.deviations}
    assert {code for code in codes if not code.startswith("signature-")} <= OURS
    meant = message_of(content, move, letterhead(zone, move))
    assert (message.identifier, message.sender) == (meant.identifier, meant.sender)
    assert (message.sent, message.status) == (NOON, content.status)
    assert message.sent.utcoffset() == zone.utcoffset(None)
    assert message.references == meant.references
    assert len(message.references) == (0 if move == "issue" else 2)
    chinese, english = message.infos
    assert (chinese.language, english.language) == ("zh-CN", "en-US")
    assert alike(chinese) == alike(english)
    for info, code in ((chinese, "zh"), (english, "en")):
        said = [getattr(getattr(content, name), code) for name in TEXTS]
        read = [info.event, info.headline, info.description, info.instruction or ""]
        assert [tidy(word) for word in read] == [tidy(word) for word in said]
        assert tidy(info.areas[0].description) == tidy(getattr(content.area, code))
        assert list(info.areas[0].polygons) == rings_of(content)
    assert chinese.expires == content.expires.replace(microsecond=0)
    assert chinese.onset == content.onset
    if content.colour is not None:
        assert (SIGNAL_COLOUR, content.colour) in chinese.parameters
        assert colour_of_message(message) == content.colour


TEXTS = ("event", "headline", "description", "instruction")


def tidy(words: str | None) -> list[str]:
    """Return words without the blanks between them, which our reader tidies up."""
    return (words or "").split()


OURS = {
    "html-in-text",
    "text-over-broadcast-length",
    "status-not-actual",
    "cancel-sent-as-update",
}
"""What our reader says of people's own words and choices, which go out as they are: of long texts,
of exercises, and of an update that says all is clear.
"""


def any_twice(content: Content) -> bool:
    """Tell whether two outlines lie inside one another, which our reader remarks upon."""
    return len(rings_of(content)) > 1


def alike(info: CapInfo) -> tuple[object, ...]:
    """What must be the same in both languages."""
    return (
        info.categories, info.severity, info.urgency, info.certainty, info.event_codes,
        info.response_types, info.onset, info.expires, info.web, info.contact, info.parameters,
        [(area.polygons, area.circles, area.geocodes) for area in info.areas],
    )  # fmt: skip


@given(content=contents, move=moves)
@example(content=GRAVE, move="issue")
@many
def test_an_independent_library_reads_what_was_meant(
    signer: Signer, content: Content, move: BulletinMove
) -> None:
    from capparselib.parsers import CAPParser  # type: ignore[import-untyped]  # it has no types

    document = signed(signer, content, move, BEIJING)
    [alert] = CAPParser(document.decode()).as_dict()
    assert str(alert["cap_id"]) == "muster-b1-3"
    assert str(alert["cap_sender"]) == "cap@example.org"
    assert str(alert["cap_sent"]) == "2022-02-04T20:00:00+08:00"
    assert str(alert["cap_status"]) == content.status
    kinds = {"issue": "Alert", "update": "Update", "cancel": "Cancel"}
    assert str(alert["cap_message_type"]) == kinds[move]
    if move != "issue":
        triples = str(alert["cap_references"]).split(" ")
        assert [triple.split(",")[1] for triple in triples] == ["muster-b1-1", "muster-b1-2"]
        assert triples[1].endswith("2022-02-04T19:59:00+08:00")
    for info, code in zip(alert["cap_info"], ("zh", "en"), strict=True):
        for name, theirs in (
            ("event", "cap_event"),
            ("headline", "cap_headline"),
            ("description", "cap_description"),
        ):
            assert plain(info[theirs]) == getattr(getattr(content, name), code).strip()
        assert str(info["cap_severity"]).lower() == content.severity
        assert str(info["cap_category"]) == content.category
        assert str(info["cap_urgency"]) == content.urgency
        assert plain(info["cap_area"][0]["area_description"]) == getattr(content.area, code)


def plain(element: Any) -> str:
    """Return the text of an element of the library, which may take it for a number."""
    text: str = element.text
    return text.strip()


def test_a_message_that_was_touched_is_no_longer_signed(signer: Signer) -> None:
    document = signed(signer, GRAVE, "issue", BEIJING)
    verified(document, signer)
    for old, new in ((b"Severe", b"Minor"), (b"Actual", b"Test"), ("延庆区".encode(), b"Beijing")):
        assert old in document
        with pytest.raises((InvalidDigest, InvalidSignature)):
            verified(document.replace(old, new), signer)


def test_our_own_reader_knows_the_signature_once_the_certificate_is_trusted(
    signer: Signer,
) -> None:
    document = signed(signer, GRAVE, "issue", BEIJING)
    der = x509.load_pem_x509_certificate(signer.certificate.encode()).public_bytes(
        serialization.Encoding.DER
    )
    [stranger], [friend] = read_cap(document), read_cap(document, trust=Trust((der,)))
    touched = document.replace(b"Severe", b"Minor", 1)
    [forged] = read_cap(touched, trust=Trust((der,)))
    found = (stranger.signature, friend.signature, forged.signature)
    assert found == ("untrusted", "good", "bad")


def test_the_same_draft_is_signed_to_the_same_bytes(signer: Signer) -> None:
    once, again = (signed(signer, GRAVE, "issue", BEIJING) for _ in range(2))
    assert once == again


def test_an_exercise_says_twice_that_it_is_one() -> None:
    text = document_of(EXERCISE, "issue", letterhead(BEIJING)).decode()
    assert "<status>Exercise</status>" in text
    assert "<note>演练，不是真实预警 / Exercise, not a real warning</note>" in text
    assert "<note>" not in document_of(GRAVE, "issue", letterhead(BEIJING)).decode()


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Road icing", (("muster:event", "road-icing"),)),
        ("暴雪", ()),
        ("Fire & smoke!", (("muster:event", "fire-smoke"),)),
    ],
)
def test_an_event_has_a_code_that_needs_no_language(
    name: str, codes: tuple[tuple[str, str], ...]
) -> None:
    assert event_codes(name) == codes


@given(content=contents, move=moves)
@many
def test_what_these_tests_write_may_go_out(content: Content, move: BulletinMove) -> None:
    require_publishable(content, move, NOON)


@pytest.mark.parametrize(
    ("field", "moment"),
    [
        ("expires", "9999-12-31T23:59:59+00:00"),
        ("onset", "9999-12-31T23:59:59+00:00"),
        ("onset", "0001-01-01T00:00:00+00:00"),
    ],
)
def test_the_ends_of_the_calendar_never_get_there(field: str, moment: str) -> None:
    content = MILD.model_copy(update={field: datetime.fromisoformat(moment)})
    with pytest.raises(Rejected) as refusal:
        require_publishable(content, "issue", NOON)
    assert (refusal.value.code, refusal.value.field) == ("far-away", f"content.{field}")


@pytest.mark.parametrize("letter", ["\x00", "\x0b", "\x1b", "\x7f", "\x85", "\ufffe", "\uffff"])
def test_what_xml_cannot_carry_never_gets_there(letter: str) -> None:
    content = MILD.model_copy(update={"description": Text(zh=f"雪{letter}", en="snow")})
    with pytest.raises(Rejected) as refusal:
        require_publishable(content, "issue", NOON)
    assert refusal.value.field == "content.description.zh"


def test_the_key_of_an_earlier_muster_goes_on(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / KEY_FILE).write_text(pem_of(key))
    (tmp_path / CERTIFICATE_FILE).write_text(certificate_of(key))
    assert signer_by(pair_of(tmp_path, NOON)).certificate == certificate_of_file(tmp_path)


def test_a_key_whose_certificate_was_lost_gets_another(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / KEY_FILE).write_text(pem_of(key))
    made = signer_by(pair_of(tmp_path, NOON)).certificate
    assert x509.load_pem_x509_certificate(made.encode()).public_key() == key.public_key()


def test_a_new_key_leaves_nothing_in_the_data_folder(tmp_path: Path) -> None:
    first, other = (pair_of(tmp_path, NOON) for _ in range(2))
    assert signer_by(first).certificate != signer_by(other).certificate
    assert [*tmp_path.iterdir()] == []


def test_a_key_of_ones_own_is_taken_as_a_file_or_as_it_is(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem, cert = pem_of(key), certificate_of(key)
    (tmp_path / "key").write_text(pem)
    (tmp_path / "cert").write_text(cert)
    files = {"cap_key": str(tmp_path / "key"), "cap_cert": str(tmp_path / "cert")}
    for said in (files, {"cap_key": pem, "cap_cert": cert}):
        signer = signer_set(Settings(data=tmp_path).model_copy(update=said))
        assert signer
        document = signed(signer, GRAVE, "issue", BEIJING)
        assert b"ecdsa-sha256" in document
        verified(document, signer)


def test_a_key_that_cannot_be_signed_with_says_why(tmp_path: Path) -> None:
    key, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    cert = certificate_of(key).encode()
    with pytest.raises(KeyUnusable, match="together"):
        signer_set(Settings(data=tmp_path, cap_key=pem_of(key)))
    with pytest.raises(KeyUnusable, match="No such file"):
        signer_set(Settings(data=tmp_path, cap_key=str(tmp_path / "none"), cap_cert="x"))
    with pytest.raises(KeyUnusable, match="not of this key"):
        Signer(pem_of(other).encode(), cert)
    with pytest.raises(KeyUnusable, match="read cap key"):
        Signer(b"-----BEGIN nonsense", cert)
    with pytest.raises(KeyUnusable, match="read cap certificate"):
        Signer(pem_of(key).encode(), b"nonsense")
    with pytest.raises(KeyUnusable, match="neither RSA"):
        Signer(pem_of(ec.generate_private_key(ec.SECP384R1())).encode(), cert)


def certificate_of_file(data: Path) -> str:
    return (data / CERTIFICATE_FILE).read_text()


def pem_of(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def certificate_of(key: ec.EllipticCurvePrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Yanqing")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.parametrize("sender", ["with space", "a,b", "a<b", "a&b", "x" * 101, "tab\t"])
def test_a_sender_that_cap_cannot_carry_is_no_setting(sender: str) -> None:
    with pytest.raises(ValueError, match="cap_sender"):
        Settings(cap_sender=sender)
