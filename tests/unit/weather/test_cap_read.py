"""What real issuers do to CAP, one trap a test."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from services.weather.cap import CapRefused, read_cap
from tests.unit.weather.documents import ALERT, changed, codes, read_one

BEIJING = timezone(timedelta(hours=8))
SENT = "2022-02-13T08:00:00+08:00"
SIGNATURE = (
    '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo><Reference URI="">'
    "<DigestValue>BVfkeqCf6BLHjUWGc2Q2ezHFjH2c4SM1NJ4sVjbNb3U=</DigestValue></Reference>"
    "</SignedInfo><SignatureValue>puzKsEURAsDQ6Kqa8tCZC79d82EGCSbZIr7+uDmYy1nLHgQIqD7ELiGbJbXB22Z"
    "YiYF12GmjvIrahi0VlkRnlg==</SignatureValue></Signature></alert>"
)


def test_a_faultless_alert_has_no_deviations() -> None:
    message = read_one(ALERT.encode())
    assert message.deviations == ()
    assert message.sent == datetime(2022, 2, 13, 8, tzinfo=BEIJING)
    assert message.infos[0].areas[0].polygons[0][0] == (40.3, 115.6)


# What must be there


@pytest.mark.parametrize("name", ["identifier", "sender", "sent", "status", "msgType"])
def test_what_a_warning_needs_is_refused_when_missing_or_empty(name: str) -> None:
    start, end = ALERT.index(f"<{name}>"), ALERT.index(f"</{name}>")
    cut = ALERT[:start] + ALERT[end + len(name) + 3 :]
    blank = ALERT[:start] + f"<{name}>  </{name}>" + ALERT[end + len(name) + 3 :]
    for document, code in ((cut, "element-missing"), (blank, "element-empty")):
        with pytest.raises(CapRefused) as refused:
            read_cap(document.encode())
        assert (refused.value.element, refused.value.code) == (f"alert/{name}", code)


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        ("Actual<", "Real<", "alert/status"),
        (">Alert<", ">Warning<", "alert/msgType"),
        (SENT, "yesterday", "alert/sent"),
        (SENT, "1022-02-13T08:00:00+08:00", "alert/sent"),
        (SENT, "2022-02-30T08:00:00+08:00", "alert/sent"),
        ("<event>暴雪</event>", "<event/>", "alert/info/event"),
    ],
)
def test_a_needed_value_that_cannot_be_read_is_refused(old: str, new: str, element: str) -> None:
    without_headline = ("<headline>延庆区气象台发布暴雪橙色预警[Ⅱ级/严重]</headline>", "")
    with pytest.raises(CapRefused) as refused:
        read_cap(changed((old, new), without_headline))
    assert refused.value.element == element


def test_an_event_that_is_not_named_is_taken_from_the_headline() -> None:
    document = changed(("<event>暴雪</event>", ""))
    assert "event-missing" in codes(document)
    assert read_one(document).infos[0].event == "延庆区气象台发布暴雪橙色预警[Ⅱ级/严重]"


@pytest.mark.parametrize("name", ["urgency", "severity", "certainty"])
@pytest.mark.parametrize("said", ["", "<{0}/>", "<{0}>Foobar</{0}>"])
def test_a_level_that_is_not_said_is_unknown(name: str, said: str) -> None:
    start, end = ALERT.index(f"<{name}>"), ALERT.index(f"</{name}>")
    document = (ALERT[:start] + said.format(name) + ALERT[end + len(name) + 3 :]).encode()
    assert getattr(read_one(document).infos[0], name) == "Unknown"
    assert codes(document) & {"element-missing", "element-empty", "value-unknown"}


@pytest.mark.parametrize("line", ["<certainty>Likely</certainty>", "<scope>Public</scope>"])
def test_a_signed_message_must_be_complete(line: str) -> None:
    assert "signature-malformed" in codes(changed(("</alert>", SIGNATURE)))
    assert "element-missing" in codes(changed((line, "")))
    with pytest.raises(CapRefused) as refused:
        read_cap(changed(("</alert>", SIGNATURE), (line, "")))
    assert refused.value.code == "signed-but-incomplete"


@pytest.mark.parametrize(
    "broken", [("BVfkeqCf6B", "BVfkeq!!6B"), ("puzKsEUR", "puzKsEURA"), ("DigestValue", "Digest")]
)
def test_a_signature_that_cannot_be_valid_is_named(broken: tuple[str, str]) -> None:
    assert "signature-malformed" in codes(changed(("</alert>", SIGNATURE), broken))


def test_a_scope_that_is_not_said_is_public() -> None:
    document = changed(("<scope>Public</scope>", ""))
    assert read_one(document).scope == "Public"
    assert codes(document) == {"element-missing"}


# Form


def test_elements_may_come_in_any_order() -> None:
    document = changed(
        ("<scope>Public</scope>", ""),
        ("</alert>", "<scope>Public</scope></alert>"),
    )
    assert codes(document) == {"element-order"}


def test_unknown_elements_are_left_out_and_named() -> None:
    document = changed(
        ("<event>", "<colour>red</colour><x:event xmlns:x='urn:x'>no</x:event><event>")
    )
    assert codes(document) == {"element-unknown"}
    assert read_one(document).infos[0].event == "暴雪"


def test_a_repeated_text_is_joined_and_a_repeated_value_is_read_once() -> None:
    document = changed(
        (
            "<area>",
            "<instruction>Stay in.</instruction><instruction>Call home.</instruction><area>",
        ),
        ("<event>暴雪</event>", "<event>暴雪</event><event>大风</event>"),
    )
    info = read_one(document).infos[0]
    assert info.instruction == "Stay in.\nCall home."
    assert info.event == "暴雪"
    assert "element-repeated" in codes(document)


@pytest.mark.parametrize(
    ("namespace", "version", "odd"),
    [
        ("urn:oasis:names:tc:emergency:cap:1.1", "1.1", set()),
        ("http://www.incident.com/cap/1.0", "1.0", set()),
        ("urn:oasis:names:tc:emergency:cap:1.0", "1.0", set()),
        ("http://example.org/alerts", "1.2", {"namespace-unknown"}),
    ],
)
def test_older_versions_and_strange_namespaces(namespace: str, version: str, odd: set[str]) -> None:
    document = changed(("urn:oasis:names:tc:emergency:cap:1.2", namespace))
    assert read_one(document).version == version
    assert codes(document) == odd


def test_no_namespace_and_a_prefix_that_is_not_bound() -> None:
    bare = changed((' xmlns="urn:oasis:names:tc:emergency:cap:1.2"', ""))
    assert codes(bare) == {"namespace-missing"}
    text = bare.decode().replace("</", "\x00").replace("<", "<cap:").replace("\x00", "</cap:")
    prefixed = text.replace("<cap:?", "<?").encode()
    assert read_one(prefixed).infos == read_one(bare).infos


def test_cap_1_0_writes_codes_in_one_text() -> None:
    document = changed(
        ("urn:oasis:names:tc:emergency:cap:1.2", "http://www.incident.com/cap/1.0"),
        ("<scope>Public</scope>", ""),
        ("<certainty>Likely", "<eventCode>SAME=BZW</eventCode><certainty>Very Likely"),
        ("</areaDesc>", "</areaDesc><geocode>fips6=006109</geocode>"),
    )
    message = read_one(document)
    assert message.infos[0].event_codes == (("SAME", "BZW"),)
    assert message.infos[0].areas[0].geocodes == (("fips6", "006109"),)
    assert message.infos[0].certainty == "Likely"
    assert "value-deprecated" in codes(document)
    assert "element-missing" not in codes(document)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (">Severe<", ">severe<"),
        (">Severe<", ">\n  SEVERE \n<"),
        (">Actual<", ">actual<"),
        ("<msgType>Alert", "<responseType>All Clear</responseType><msgType>ALERT"),
    ],
)
def test_spelling_is_put_right(old: str, new: str) -> None:
    document = changed((old, new))
    assert "value-case" in codes(document)
    assert read_one(document).infos[0].severity == "Severe"
    assert read_one(document).status == "Actual"


def test_html_stays_in_the_text_and_is_named() -> None:
    document = changed(("<area>", "<description>One&lt;br/&gt;two\n\n  three </description><area>"))
    assert read_one(document).infos[0].description == "One<br/>two\n\nthree"
    assert "html-in-text" in codes(document)
    assert "html-in-text" not in codes(changed(("暴雪</event>", "-5 &lt; T &gt; -9</event>")))


def test_an_embedded_file_is_not_kept() -> None:
    recording = "QUJD" * 250_000
    document = changed(
        (
            "<area>",
            (
                "<resource><resourceDesc>audio</resourceDesc><mimeType>audio/mpeg</mimeType>"
                f"<size>750000</size><derefUri>{recording}</derefUri></resource><area>"
            ),
        )
    )
    message = read_one(document)
    [deviation] = message.deviations
    assert deviation.code == "resource-content-dropped"
    assert deviation.detail == "1000000 characters"
    assert message.infos[0].resources[0].size == 750_000


# Encodings


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("GBK", "gbk"),
        ("gb2312", "gb18030"),
        ("GB18030", "gb18030"),
        ("UTF-16", "utf-16"),
        ("UTF-8", "utf-8-sig"),
        ("utf8", "utf-8"),
        ("Big5", "big5"),
    ],
)
def test_encodings_are_read_as_declared(declared: str, codec: str) -> None:
    text = ALERT.replace('encoding="UTF-8"', f'encoding="{declared}"').replace("发", "發")
    headline = "延庆区气象台發布暴雪橙色预警[Ⅱ级/严重]"
    if codec == "big5":
        headline = "延慶區氣象台發布暴雪橙色預警"
        start, end = text.index("<headline>"), text.index("</headline>")
        text = text[:start] + f"<headline>{headline}" + text[end:].replace("延庆区", "延慶區")
    assert read_one(text.encode(codec)).infos[0].headline == headline


def test_latin_1_and_what_only_says_it_is_utf_16() -> None:
    latin = ALERT.replace('"UTF-8"', '"ISO-8859-1"').replace("延庆区", "Ñuñoa")
    start, end = latin.index("<headline>"), latin.index("</headline>")
    latin = (latin[:start] + "<headline>Lluvia en Ñuñoa" + latin[end:]).replace("暴雪", "nieve")
    assert read_one(latin.encode("latin-1")).infos[0].headline == "Lluvia en Ñuñoa"
    mislabelled = changed(('encoding="UTF-8"', 'encoding="utf-16"'))
    assert codes(mislabelled) == {"encoding-declared-wrong"}


def test_blanks_before_the_declaration_do_no_harm() -> None:
    assert codes(b"\r\n  " + ALERT.encode() + b"\r\n\x00") == {"text-before-xml"}


def test_utf_16_without_a_mark() -> None:
    for codec in ("utf-16-le", "utf-16-be"):
        assert read_one(ALERT.encode(codec)).identifier == "A1"


# Times


@pytest.mark.parametrize(
    ("sent", "hour", "odd"),
    [
        ("2022-02-13T08:00:00+08:00", 0, None),
        ("2022-02-13T00:00:00-00:00", 0, None),
        ("2022-02-13T08:00:00.123+08:00", 0, "time-form"),
        ("2022-02-13T00:00:00Z", 0, "time-form"),
        ("2022-02-13T08:00:00+0800", 0, "time-form"),
        ("2022-02-13T08:00:00+8:00", 0, "time-form"),
        ("20220213T000000Z", 0, "time-form"),
        ("2022-02-13T08:00:00,08:00", 0, "time-form"),
        ("2022-02-13 08:00:00 +08:00", 0, "time-form"),
        ("2022-02-13T08:00+08:00", 0, "time-form"),
        ("2022-02-12T24:00:00+00:00", 0, "time-form"),
        ("2022-02-13T08:00:00", 8, "time-without-offset"),
        ("2022/02/13 08:00", 8, "time-without-offset"),
    ],
)
def test_times(sent: str, hour: int, odd: str | None) -> None:
    document = changed((SENT, sent))
    assert read_one(document).sent == datetime(2022, 2, 13, hour, tzinfo=UTC)
    assert codes(document) == ({odd} if odd else set())


def test_the_offset_is_kept_as_sent() -> None:
    assert read_one(ALERT.encode()).sent.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("old", "new", "odd"),
    [
        ("2022-02-13T20:00:00+08:00", SENT, "expires-not-after-sent"),
        ("2022-02-13T20:00:00+08:00", "soon", "time-unreadable"),
        ("<expires>2022-02-13T20:00:00+08:00</expires>", "", "expires-missing"),
        ("<expires>", "<onset>2022-02-14T00:00:00+08:00</onset><expires>", "onset-after-expires"),
        (
            "<expires>",
            "<effective>2022-02-14T00:00:00+08:00</effective><expires>",
            "effective-after-expires",
        ),
    ],
)
def test_times_that_do_not_fit(old: str, new: str, odd: str) -> None:
    assert codes(changed((old, new))) == {odd}
