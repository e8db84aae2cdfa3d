"""A signature is good, of a stranger, weak, bad or none at all; nothing passes for another."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod

from services.weather.cap import CapMessage, CapRefused, read_cap
from services.weather.cap.signature import NOBODY, Trust
from services.weather.cap.xmldsig import SIGNATURES_MAX
from services.weather.trust import trusted
from tests.unit.weather.documents import ALERT, read_one
from tests.unit.weather.signing import Signer, rsa_key, signed, signer, trust

OFFICE = signer("met.example")
STRANGER = signer("stranger.example", key=rsa_key(1))
DSIG = "{http://www.w3.org/2000/09/xmldsig#}"


def judged(body: bytes, by: Trust = NOBODY) -> CapMessage:
    [message] = read_cap(body, trust=by)
    return message


def faults(message: CapMessage) -> set[str]:
    return {each.code for each in message.deviations if each.code.startswith("signature-")}


def test_a_message_without_a_signature_says_so() -> None:
    message = read_one(ALERT.encode())
    assert (message.signature, message.signer) == ("none", "")


def test_a_signature_of_one_who_is_trusted_is_good() -> None:
    message = judged(signed(OFFICE), trust(OFFICE))
    assert (message.signature, message.signer) == ("good", "CN=met.example")
    assert faults(message) == set()


def test_a_signature_of_a_stranger_fits_but_is_not_trusted() -> None:
    message = judged(signed(STRANGER), trust(OFFICE))
    assert (message.signature, message.signer) == ("untrusted", "CN=stranger.example")
    assert faults(message) == {"signature-untrusted"}


def test_a_curve_does_as_well_as_a_product_of_primes() -> None:
    office = signer(key=ec.generate_private_key(ec.SECP256R1()))
    assert judged(signed(office), trust(office)).signature == "good"


def test_one_whose_authority_is_trusted_is_trusted() -> None:
    root = signer("root.example", ca=True, key=rsa_key(2))
    between = signer("between.example", ca=True, key=rsa_key(3), by=root)
    office = signer("office.example", key=rsa_key(4), by=between)
    assert judged(signed(office), trust(root)).signature == "good"
    assert judged(signed(office), trust(between)).signature == "good"
    assert judged(signed(office, with_chain=False), trust(root)).signature == "untrusted"


def test_it_does_not_matter_in_which_order_certificates_come() -> None:
    root = signer("root.example", ca=True, key=rsa_key(2))
    office = signer("office.example", key=rsa_key(4), by=root)
    tree = etree.fromstring(signed(office))
    first, second = tree.iter(f"{DSIG}X509Certificate")
    first.text, second.text = second.text, first.text
    assert judged(etree.tostring(tree), trust(root)).signature == "good"


def test_nobody_is_an_authority_who_was_not_made_one() -> None:
    clerk = signer("clerk.example", key=rsa_key(5))
    office = signer("office.example", key=rsa_key(4), by=clerk)
    assert judged(signed(office), trust(clerk)).signature == "untrusted"


def test_an_authority_of_the_same_name_is_another() -> None:
    root = signer("root.example", ca=True, key=rsa_key(2))
    other = signer("root.example", ca=True, key=rsa_key(6))
    office = signer("office.example", key=rsa_key(4), by=other)
    assert judged(signed(office), trust(root)).signature == "untrusted"


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (datetime(2020, 1, 1, tzinfo=UTC), datetime(2022, 2, 12, tzinfo=UTC)),
        (datetime(2022, 2, 14, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_certificate_that_did_not_hold_when_it_was_sent_is_named(
    begin: datetime, end: datetime
) -> None:
    office = signer(begin=begin, end=end)
    message = judged(signed(office), trust(office))
    assert message.signature == "untrusted"
    assert faults(message) == {"signature-expired"}


def test_a_certificate_that_has_expired_since_was_good_then() -> None:
    office = signer(end=datetime(2022, 2, 14, tzinfo=UTC))
    assert judged(signed(office), trust(office)).signature == "good"


@pytest.mark.parametrize(
    ("office", "method", "digest"),
    [
        (OFFICE, SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA256),
        (OFFICE, None, DigestAlgorithm.SHA1),
        (signer(key=rsa_key(7, 1024)), None, DigestAlgorithm.SHA256),
    ],
    ids=["the signature by SHA-1", "the digest by SHA-1", "a short key"],
)
def test_what_is_no_longer_safe_is_weak_even_when_trusted(
    office: Signer, method: SignatureMethod | None, digest: DigestAlgorithm
) -> None:
    message = judged(signed(office, method=method, digest=digest), trust(office))
    assert message.signature == "weak"
    assert faults(message) == {"signature-weak"}


def test_one_changed_letter_makes_it_bad_and_the_warning_is_taken() -> None:
    body = signed(OFFICE).replace("暴雪橙色".encode(), "暴雪红色".encode())
    message = judged(body, trust(OFFICE))
    assert message.signature == "bad"
    assert faults(message) == {"signature-bad"}
    assert message.infos[0].headline == "延庆区气象台发布暴雪红色预警[Ⅱ级/严重]"


@pytest.mark.parametrize("place", range(0, 40, 3))
def test_no_byte_of_the_signature_itself_can_be_another(place: int) -> None:
    body = signed(OFFICE)
    begin = body.index(b"SignatureValue>") + len(b"SignatureValue>") + 10 + place
    other = b"A" if body[begin : begin + 1] != b"A" else b"B"
    message = judged(body[:begin] + other + body[begin + 1 :], trust(OFFICE))
    assert message.signature in {"bad", "malformed"}


def test_no_letter_of_the_certificate_can_be_another() -> None:
    body = signed(OFFICE)
    begin = body.index(b"X509Certificate>") + len(b"X509Certificate>")
    end = body.index(b"</ds:X509Certificate>")
    for place in range(begin, end, 3):
        other = b"/" if body[place : place + 1] != b"/" else b"A"
        message = judged(body[:place] + other + body[place + 1 :], trust(OFFICE))
        assert message.signature != "good" or body[place : place + 1].isspace()


def test_a_certificate_may_hold_for_ever() -> None:
    office = signer(end=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert judged(signed(office), trust(office)).signature == "good"


def test_another_key_under_a_trusted_name_is_bad() -> None:
    root = etree.fromstring(signed(signer("met.example", key=rsa_key(1))))
    for element in root.iter(f"{DSIG}X509Certificate"):
        element.text = OFFICE.pem.decode().split("-----")[2]
    message = judged(etree.tostring(root), trust(OFFICE))
    assert message.signature == "bad"


def test_line_ends_and_an_encoding_change_nothing_that_was_signed() -> None:
    text = signed(OFFICE).decode()
    recoded = text.replace("UTF-8", "GB18030").replace("\n", "\r\n").encode("gb18030")
    assert judged(recoded, trust(OFFICE)).signature == "good"


def test_it_is_good_inside_an_envelope_too() -> None:
    body = signed(OFFICE).partition(b"?>")[2]
    wrapped = b"<?xml version='1.0'?><e:Envelope xmlns:e='urn:e'>" + body + b"</e:Envelope>"
    message = judged(wrapped, trust(OFFICE))
    assert message.signature == "good"
    escaped = body.replace(b"&", b"&amp;").replace(b"<", b"&lt;")
    assert judged(b"<e>" + escaped + b"</e>", trust(OFFICE)).signature == "good"


def evil(identifier: str = "EVIL") -> etree._Element:
    return etree.fromstring(ALERT.replace(">A1<", f">{identifier}<").encode())


def test_a_signature_moved_into_another_alert_is_bad() -> None:
    original = etree.fromstring(signed(OFFICE))
    target = evil()
    signature = original.find(f"{DSIG}Signature")
    assert signature is not None
    target.append(signature)
    assert judged(etree.tostring(target), trust(OFFICE)).signature == "bad"


@pytest.mark.parametrize("inside", ["Object", "KeyInfo"])
def test_a_signed_alert_hidden_in_its_own_signature_signs_nothing_else(inside: str) -> None:
    """Wrapping: the reference leads to the untouched copy, the reader sees the other alert."""
    original = etree.fromstring(signed(OFFICE))
    original.set("Id", "original")
    signature = original.find(f"{DSIG}Signature")
    assert signature is not None
    original.remove(signature)
    target = evil()
    holder = signature.find(f"{DSIG}{inside}")
    if holder is None:
        holder = etree.SubElement(signature, f"{DSIG}{inside}")
    holder.append(original)
    for reference in signature.iter(f"{DSIG}Reference"):
        reference.set("URI", "#original")
    target.append(signature)
    for body in (etree.tostring(target), etree.tostring(target).replace(b"EVIL", b"A1")):
        assert judged(body, trust(OFFICE)).signature in {"bad", "malformed"}


def test_a_signed_alert_inside_an_element_nobody_knows_signs_nothing_around_it() -> None:
    original = etree.fromstring(signed(OFFICE))
    target = evil()
    etree.SubElement(target, "extension").append(original)
    message = judged(etree.tostring(target), trust(OFFICE))
    assert message.identifier == "EVIL"
    assert message.signature == "none"


def test_of_two_alerts_each_has_its_own_signature() -> None:
    good = signed(OFFICE).partition(b"?>")[2]
    other = ALERT.replace(">A1<", ">A2<").partition("?>")[2].encode()
    for both in (good + other, other + good):
        messages = read_cap(b"<alerts>" + both + b"</alerts>", trust=trust(OFFICE))
        found = {message.identifier: message.signature for message in messages}
        assert found == {"A1": "good", "A2": "none"}


def test_a_reference_by_name_must_be_to_the_alert_and_to_it_alone() -> None:
    document = ALERT.replace("<alert ", '<alert Id="this" ')
    named = signed(OFFICE, document)
    assert b'URI="#this"' in named
    assert judged(named, trust(OFFICE)).signature == "good"
    twice = named.replace(b"<area>", b'<area Id="this">')
    assert judged(twice, trust(OFFICE)).signature == "malformed"
    elsewhere = named.replace(b'URI="#this"', b'URI="http://127.0.0.1:1/x.xml"')
    assert judged(elsewhere, trust(OFFICE)).signature == "malformed"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http://www.w3.org/2000/09/xmldsig#enveloped-signature", "urn:other"),
        ("xmldsig#enveloped-signature", "xmldsig#base64"),
        ('URI=""', 'URI="file:///etc/hostname"'),
        ("<ds:SignedInfo>", "<ds:SignedInfo/><ds:SignedInfo>"),
    ],
)
def test_a_signature_of_another_shape_is_none(old: str, new: str) -> None:
    body = signed(OFFICE).decode()
    assert old in body
    assert judged(body.replace(old, new).encode(), trust(OFFICE)).signature == "malformed"


def test_two_signatures_are_judged_one_by_one_and_the_best_speaks() -> None:
    once = signed(OFFICE).decode()
    twice = etree.fromstring(signed(STRANGER, once.partition("?>")[2]))
    message = judged(etree.tostring(twice), trust(OFFICE))
    assert (message.signature, message.signer) == ("good", "CN=met.example")
    assert faults(message) == {"signature-untrusted"}
    changed = etree.tostring(twice, encoding="unicode").replace("橙色", "红色").encode()
    assert judged(changed, trust(OFFICE)).signature == "bad"


def test_signatures_beyond_a_few_are_not_looked_at() -> None:
    signature = re.search(rb"<ds:Signature .*</ds:Signature>", signed(OFFICE), re.DOTALL)
    assert signature is not None
    many = ALERT.encode().replace(b"</alert>", signature[0] * 500 + b"</alert>")
    message = judged(many, trust(OFFICE))
    assert message.signature in {"good", "bad"}
    assert SIGNATURES_MAX < 10


def test_what_was_lost_after_signing_makes_the_message_refused() -> None:
    body = signed(OFFICE).replace(b"<certainty>Likely</certainty>", b"")
    with pytest.raises(CapRefused, match="lost after signing"):
        read_cap(body, trust=trust(OFFICE))


def test_many_namespaces_are_not_brought_into_canonical_form() -> None:
    body = signed(OFFICE)
    declared = " ".join(f'xmlns:n{number}="urn:{number}"' for number in range(600))
    deep = "".join(f"<d{n} {declared}>" for n in range(20))
    ends = "".join(f"</d{n}>" for n in reversed(range(20)))
    heavy = body.replace(b"<info>", f"{deep}{'<x/>' * 20_000}{ends}<info>".encode(), 1)
    message = judged(heavy, trust(OFFICE))
    assert message.signature == "malformed"


def test_trust_is_read_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "office.pem").write_bytes(OFFICE.pem + STRANGER.pem)
    (tmp_path / "other.DER").write_bytes(signer("other.example", key=rsa_key(6)).der)
    (tmp_path / "readme.txt").write_text("who they are")
    found = trusted(tmp_path)
    assert len(found.certificates) == 3
    assert judged(signed(STRANGER), found).signature == "good"
    assert trusted(None) == NOBODY


def test_a_folder_of_trust_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a folder"):
        trusted(tmp_path / "missing")
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n")
    with pytest.raises(ValueError, match=r"broken\.pem"):
        trusted(tmp_path)
