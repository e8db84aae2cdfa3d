"""What comes in another hand, another wrapping or another format is read as the warning it is."""

import gzip
import io
import json
import zipfile
from typing import Any

import pytest

from services.weather.cap import CapDocument, CapRefused
from services.weather.formats import read_any
from tests.unit.weather.documents import ALERT, changed

BARE = ALERT.partition("?>")[2].strip()
SECOND = BARE.replace(">A1<", ">A2<")
ESCAPED = BARE.replace("&", "&amp;").replace("<", "&lt;")
HEADLINE = "延庆区气象台发布暴雪橙色预警[Ⅱ级/严重]"


def coded(name: str, codec: str | None = None) -> bytes:
    """The alert in an encoding; letters that it lacks are written as numbers."""
    return ALERT.replace("UTF-8", name).encode(codec or name, "xmlcharrefreplace")


def zipped(**files: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return held.getvalue()


def codes(document: CapDocument) -> set[str]:
    of_messages = {each.code for message in document.messages for each in message.deviations}
    return of_messages | {each.code for each in document.deviations}


ONE: dict[str, bytes] = {
    **{
        name: coded(name)
        for name in (
            "UTF-8", "UTF-16", "GBK", "GB2312", "GB18030", "Big5", "Shift_JIS", "EUC-JP", "EUC-KR",
            "ISO-2022-JP", "ISO-8859-1", "windows-1252", "KOI8-R", "US-ASCII", "cp874",
        )
    },
    "utf-8 with its mark": b"\xef\xbb\xbf" + ALERT.encode(),
    "utf-16 without its mark": coded("UTF-16", "utf-16-be"),
    "utf-32": ALERT.encode("utf-32"),
    "utf-8 under the name of latin-1": coded("ISO-8859-1", "utf-8"),
    "utf-8 under the name of ascii": coded("US-ASCII", "utf-8"),
    "utf-8 under the name of gb2312": coded("GB2312", "utf-8"),
    "gb18030 under the name of utf-8": coded("UTF-8", "gb18030"),
    "a prefix": BARE.replace("<", "<cap:").replace("<cap:/", "</cap:").replace(
        "xmlns=", "xmlns:cap=").encode(),
    "the headers of an answer before it": b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n" + ALERT.encode(),
    "words behind it": ALERT.encode() + b"\n-- end --\n",
    "an envelope": f"<s:E xmlns:s='u'><s:B>{BARE}</s:B></s:E>".encode(),
    "an envelope that holds it as text": f"<E><B>{ESCAPED}</B></E>".encode(),
    "an envelope that holds it as character data": f"<E><![CDATA[{ALERT}]]></E>".encode(),
    "gzip": gzip.compress(ALERT.encode()),
    "gzip in two pieces": gzip.compress(ALERT[:99].encode()) + gzip.compress(ALERT[99:].encode()),
    "zip": zipped(a=ALERT),
}  # fmt: skip


@pytest.mark.parametrize("body", ONE.values(), ids=ONE.keys())
def test_one_alert_in_many_hands(body: bytes) -> None:
    [message] = read_any(body).messages
    assert message.infos[0].headline == HEADLINE
    assert message.identifier == "A1"


MANY: dict[str, bytes] = {
    "in one element": f"<alerts>{BARE}{SECOND}</alerts>".encode(),
    "one behind the other": f"{BARE}\n{SECOND}".encode(),
    "each with its declaration": (ALERT + ALERT.replace(">A1<", ">A2<")).encode(),
    "in a zip": zipped(a=ALERT, b=SECOND),
    "in a feed": f"<feed><entry><content>{BARE}</content></entry>"
    f"<entry><content>{SECOND}</content></entry></feed>".encode(),
    "in a feed as text": f"<rss><channel><item><description>{ESCAPED}</description></item><item>"
    f"<description>{ESCAPED.replace('>A1&lt;', '>A2&lt;')}</description></item></channel></rss>"
    .encode(),
}  # fmt: skip


@pytest.mark.parametrize("body", MANY.values(), ids=MANY.keys())
def test_several_alerts_in_one_body(body: bytes) -> None:
    document = read_any(body)
    assert [message.identifier for message in document.messages] == ["A1", "A2"]
    assert document.refused == ()


def test_a_zip_tells_which_of_its_files_were_refused() -> None:
    document = read_any(zipped(**{"a.xml": ALERT, "notes.txt": "hello", "b.xml": "<alert>"}))
    assert document.format == "zip/cap"
    assert {each.element.partition(":")[0] for each in document.refused} == {"notes.txt", "b.xml"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "body-empty"),
        (b"\r\n \x00", "body-empty"),
        (b"hello", "format-unknown"),
        (b"%PDF-1.7 ...", "format-without-warnings"),
        (b"ZBAA 180730Z 15002MPS CAVOK", "format-without-warnings"),
        (b"<html><body>404 Not Found</body></html>", "page-without-alerts"),
        (b"<!DOCTYPE html><title>Log in</title>", "page-without-alerts"),
        (b"{}", "format-unknown"),
        (b"null", "format-unknown"),
        (b'{"a":', "json-broken"),
        (b'{"type":"FeatureCollection","features":[{}]}', "format-without-warnings"),
        (ALERT[:500].encode(), "xml-broken"),
        (changed(("延庆区气象台", "A & B")), "xml-broken"),
        (changed(("暴雪<", "暴\x0b雪<")), "xml-broken"),
        (gzip.compress(ALERT.encode(), mtime=0)[:-9], "packed-broken"),
        (zipped(a=ALERT)[:-30], "packed-broken"),
        (zipped(), "packed-empty"),
        (b"BZh91AY&SY", "packed-unknown"),
        (b"<feed><entry><link href='x.cap'/></entry></feed>", "feed-not-alert"),
        (b"<feed><entry>", "xml-broken"),
        (b"<KML/>", "no-alert"),
        (ALERT.replace("épaisse", "").replace("暴雪橙色", "\u00e9").encode("latin-1", "ignore"),
         "encoding-broken"),
    ],
)  # fmt: skip
def test_what_is_no_warning_is_refused_by_its_name(body: bytes, code: str) -> None:
    with pytest.raises(CapRefused) as refused:
        read_any(body)
    assert refused.value.code == code
    assert refused.value.reason_zh


def test_a_feed_and_a_page_list_where_alerts_are() -> None:
    feed = (
        "<feed xmlns='urn:atom' xmlns:cap='urn:oasis:names:tc:emergency:cap:1.2'>"
        "<title>Warnings</title><entry><id>urn:1</id><title> A  storm </title>"
        "<updated>2022-02-13T08:00:00Z</updated><link rel='self' href='self'/>"
        "<link href='page.html'/><link type='application/cap+xml' href='a.cap'/>"
        "<cap:event>Storm</cap:event><cap:geocode><valueName>EMMA_ID</valueName><value>X1</value>"
        "</cap:geocode></entry></feed>"
    )
    [entry] = read_any(feed.encode(), feeds=True).entries
    assert (entry.title, entry.link, entry.id) == ("A storm", "a.cap", "urn:1")
    assert entry.cap == (("event", "Storm"), ("geocode.EMMA_ID", "X1"))
    page = b"<html><a href='/'>Up</a><a href=a.cap>A</a><a href='b.xml?x=1&amp;y=2'>B &amp; C</a>"
    entries = read_any(page, feeds=True).entries
    assert [(each.title, each.link) for each in entries] == [
        ("A", "a.cap"),
        ("B & C", "b.xml?x=1&y=2"),
    ]


def nws(**changes: Any) -> dict[str, Any]:
    properties = {
        "id": "urn:oid:2.49.0.1.840.0.1",
        "sender": "w-nws.webmaster@noaa.gov",
        "sent": "2022-02-13T08:00:00-07:00",
        "effective": "date:now -1 hour",
        "expires": "2022-02-13T20:00:00-07:00",
        "status": "Actual",
        "messageType": "Update",
        "category": "Met",
        "severity": "Severe",
        "certainty": "Likely",
        "urgency": "Expected",
        "event": "Blizzard Warning",
        "areaDesc": "North; South",
        "geocode": {"SAME": ["027123", "027125"], "UGC": ["MNZ062"]},
        "references": [{"sender": "a@b", "identifier": "x", "sent": "date:now -2 hours"}],
        "parameters": {"VTEC": ["/O.NEW/"]},
        "ends": None,
        **changes,
    }
    ring = [[-93.0, 45.0], [-92.0, 45.0], [-92.0, 46.0], [-93.0, 45.0]]
    hole = [[-92.5, 45.2], [-92.4, 45.2], [-92.4, 45.3], [-92.5, 45.2]]
    geometry = {"type": "MultiPolygon", "coordinates": [[ring, hole], [ring]]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@pytest.mark.parametrize("wrap", ["feature", "collection", "graph"])
def test_what_the_american_service_answers(wrap: str) -> None:
    feature = nws()
    whole = {
        "feature": feature,
        "collection": {"type": "FeatureCollection", "features": [feature]},
        "graph": {"@graph": [{**feature["properties"], "geometry": feature["geometry"]}]},
    }[wrap]
    document = read_any(as_json(whole))
    [message] = document.messages
    info = message.infos[0]
    [area] = info.areas
    assert document.format == "nws-geojson"
    assert (message.msg_type, info.severity, info.effective) == ("Update", "Severe", None)
    assert area.polygons[0][0] == (45.0, -93.0)
    assert area.geocodes == (("SAME", "027123"), ("SAME", "027125"), ("UGC", "MNZ062"))
    assert [(each.sender, each.identifier) for each in message.references] == [("a@b", "x")]
    assert {"time-unreadable", "polygon-hole-filled", "reference-malformed"} <= codes(document)


def test_a_feature_without_a_time_is_refused_and_the_rest_taken() -> None:
    features = [nws(), nws(id="b", sent="date:now -5 seconds"), nws(id="c", sent=None), 7]
    document = read_any(as_json({"type": "FeatureCollection", "features": features}))
    assert len(document.messages) == 1
    assert [each.code for each in document.refused] == [
        "item-unreadable", "time-unreadable", "element-missing",
    ]  # fmt: skip
    assert "sibling-refused" not in codes(document)


def test_cap_in_json_is_judged_as_cap() -> None:
    info = {
        "event": "gale", "category": ["Met"], "severity": "severe", "web": "",
        "parameter": [{"valueName": "awareness_level", "value": "3; orange; Severe"}],
        "eventCode": {"GROUP": "WIND"},
        "area": {"areaDesc": "A", "polygon": ["1,1 1,2 2,2 1,1"], "altitude": 3280.8},
    }  # fmt: skip
    alert = {"identifier": "1", "sender": "a@b", "sent": "2022-02-13T08:00:00Z", "status": "Actual",
             "msgType": "Alert", "info": info, "unknown": 1}  # fmt: skip
    document = read_any(as_json({"warnings": [{"alert": alert, "uuid": "x"}]}))
    [message] = document.messages
    assert document.format == "meteoalarm-json"
    assert message.infos[0].areas[0].altitude == 3280.8
    assert message.infos[0].event_codes == (("GROUP", "WIND"),)
    assert {"value-case", "element-unknown", "element-missing", "time-form"} <= codes(document)


def test_a_chinese_list_is_decoded_by_its_words() -> None:
    listed = {"data": {"page": {"list": [
        {"alertid": "140522416000_20260307174600", "issuetime": "2026/03/07 17:46",
         "title": "山西省晋城市阳城县气象台发布大雾黄色预警信号", "pic": "p0005001.png"},
        {"alertid": "11000041600000_20260307060000", "issuetime": "2026/03/07 06:00",
         "title": "北京市气象台解除道路结冰橙色预警信号", "pic": "p0001003.png"},
        {"alertid": "110000416000_20260307070000", "issuetime": "2026/03/07 07:00",
         "title": "北京市气象台大风蓝色预警信号升级为黄色"},
    ]}}}  # fmt: skip
    document = read_any(as_json(listed))
    first, second, third = document.messages
    assert (first.sender, first.sent.isoformat()) == (
        "山西省晋城市阳城县气象台", "2026-03-07T17:46:00+08:00",
    )  # fmt: skip
    assert (first.infos[0].event, first.infos[0].severity) == ("大雾", "Moderate")
    assert first.infos[0].areas[0].geocodes == (("CPEAS Geographic Code", "140522000000"),)
    assert (second.msg_type, second.infos[0].event) == ("Cancel", "道路结冰")
    assert (third.msg_type, third.infos[0].severity) == ("Update", "Moderate")
    assert "time-of-beijing" in codes(document)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "gb18030", "utf-16-le"])
@pytest.mark.parametrize("form", ["{}", "callback({});", "var alarms = {};"])
def test_json_in_many_hands(encoding: str, form: str) -> None:
    item = {"alertid": "110000416000_20260307070000", "issuetime": "2026-03-07 07:00:00",
            "title": "北京市气象台发布大风蓝色预警信号"}  # fmt: skip
    text = form.replace("{}", json.dumps([item], ensure_ascii=False))
    [message] = read_any(text.encode(encoding)).messages
    assert message.infos[0].event == "大风"


def test_what_the_irish_service_answers() -> None:
    item = {"capId": "2.49.0.1.372.0.1", "type": "Wind", "severity": "Moderate", "level": "Yellow",
            "certainty": "Likely", "issued": "2026-03-07T09:00:00-00:00", "updated": "",
            "onset": "2026-03-07T12:00:00-00:00", "expiry": "2026-03-07T18:00:00-00:00",
            "headline": "Wind warning for Mayo", "regions": ["EI20"]}  # fmt: skip
    for whole in ([item], {"warnings": {"national": [item], "marine": []}}):
        [message] = read_any(as_json(whole)).messages
        assert message.infos[0].event == "Yellow Wind warning"
        assert message.infos[0].areas[0].geocodes == (("FIPS", "EI20"),)


def test_a_list_without_warnings_is_taken_and_says_so() -> None:
    for body in (b"[]", b'{"warnings": []}', b'{"type":"FeatureCollection","features":[]}'):
        document = read_any(body)
        assert document.messages == ()
        assert codes(document) == {"no-warnings"}


def test_a_key_given_twice_is_named() -> None:
    body = as_json(nws()).replace(b'"status"', b'"status": "Test", "status"')
    assert "json-key-repeated" in codes(read_any(body))
