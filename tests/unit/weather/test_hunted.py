"""Forms that issuers round the world use, each once: encodings, lists in one file, references."""

import json

import pytest

from services.weather.cap import CapRefused
from services.weather.formats import read_any
from tests.unit.corpus import needs_corpus, read
from tests.unit.weather.documents import ALERT, changed, codes, read_one

T0 = "2022-02-13T07:00:00+08:00"


def declared(encoding: str, text: str = ALERT) -> str:
    return text.replace('encoding="UTF-8"', f'encoding="{encoding}"')


@needs_corpus
def test_of_two_signatures_each_is_named_by_itself() -> None:
    message = read_one(read("cap/cap_library/canada_signed.cap"))
    named = {each.element: each.code for each in message.deviations if "signature" in each.code}
    assert named == {
        "alert/Signature[1]": "signature-bad",
        "alert/Signature[2]": "signature-weak",
    }


@pytest.mark.parametrize(
    "body",
    [
        ALERT.encode("utf-16"),  # its declaration says UTF-8
        b"\xef\xbb\xbf" + declared("ISO-8859-1").encode(),
        declared("GB2312").encode(),
        declared("EUC-KR").encode(),
    ],
)
def test_an_encoding_that_the_bytes_disprove_is_named(body: bytes) -> None:
    message = read_one(body)
    assert message.infos[0].event == "暴雪"
    assert [each.code for each in message.deviations] == ["encoding-declared-wrong"]


@pytest.mark.parametrize(
    ("name", "python"),
    [("UTF-16", "utf-16"), ("ISO-10646-UCS-2", "utf-16"), ("GB2312", "gb2312"), ("Big5", "big5")],
)
def test_an_encoding_that_is_what_it_says_is_not_named(name: str, python: str) -> None:
    text = declared(name).replace("延庆区气象台发布暴雪橙色预警[Ⅱ级/严重]", "暴雪橙色").replace(
        "延庆区", "城"
    )  # fmt: skip
    assert codes(text.encode(python)) == set()


def test_thai_under_microsoft_s_name_is_read() -> None:
    text = declared("windows-874", '<?xml version="1.0" encoding="UTF-8"?>' + ALERT[38:])
    thai = "".join(each if ord(each) < 128 else "พ" for each in text)
    assert read_one(thai.encode("cp874")).infos[0].event == "พพ"


def test_references_in_quotes_and_in_several_elements_are_all_read() -> None:
    quoted = f'"Duty Office,A0,{T0}" "duty@weather.example,A9,{T0}"'
    document = changed(
        ("<msgType>Alert", "<msgType>Update"),
        ("<info>", f"<references>{quoted}</references><info>"),
    )
    assert [each[:2] for each in refs(document)] == [
        ("Duty Office", "A0"),
        ("duty@weather.example", "A9"),
    ]
    twice = changed(
        ("<msgType>Alert", "<msgType>Update"),
        ("<info>", f"<references>a,A0,{T0}</references><references>a,A9,{T0}</references><info>"),
    )
    assert [identifier for _, identifier in refs(twice)] == ["A0", "A9"]
    assert "element-repeated" in codes(twice)


def refs(document: bytes) -> list[tuple[str, str]]:
    return [(each.sender, each.identifier) for each in read_one(document).references]


@pytest.mark.parametrize("odd", ["<!-- </alert><alert> -->", "<![CDATA[</alert><alert>]]>", ""])
@pytest.mark.parametrize("declaration", ['<?xml version="1.0" encoding="UTF-8"?>', ""])
def test_alerts_one_behind_the_other_are_parted_whatever_is_in_them(
    odd: str, declaration: str
) -> None:
    bare = ALERT[ALERT.index("<alert") :].replace("<areaDesc>", "<areaDesc>" + odd)
    document = read_any((declaration + bare + "\n" + declaration + bare).encode())
    assert len(document.messages) == 2
    assert document.refused == ()


def test_a_comment_that_never_ends_costs_no_time() -> None:
    body = (ALERT + "<!-- " * 200_000).encode()
    with pytest.raises(ValueError, match="not well-formed"):
        read_any(body)


@pytest.mark.parametrize(
    ("geometry", "outlines", "filled"),
    [
        ("POLYGON((116 40,117 40,117 41,116 40))", 1, False),
        ("POLYGON ((116 40, 117 40, 117 41, 116 40), (116.5 40.1, 116.6 40.1, 116.6 40.2))",
         1, True),
        ("MULTIPOLYGON(((116 40,117 40,117 41,116 40)),((118 40,119 40,119 41,118 40)))", 2, False),
        ("POINT(116 40)", 0, False),
        ("", 0, False),
    ],
)  # fmt: skip
def test_outlines_as_well_known_text_are_read(geometry: str, outlines: int, filled: bool) -> None:
    alert = {
        "@type": "wx:Alert", "id": "A1", "sender": "w", "sent": T0, "status": "Actual",
        "messageType": "Alert", "event": "Blizzard Warning", "areaDesc": "x", "geometry": geometry,
    }  # fmt: skip
    [message] = read_any(json.dumps({"@graph": [alert]}).encode()).messages
    rings = [ring for area in message.areas() for ring in area.polygons]
    assert len(rings) == outlines
    assert all(point[0] in (40, 41) for ring in rings for point in ring)
    assert filled == ("polygon-hole-filled" in {each.code for each in message.deviations})


def test_a_graph_without_alerts_is_a_quiet_day() -> None:
    document = read_any(b'{"@context": {}, "@graph": [], "title": "current alerts"}')
    assert document.messages == ()
    assert [each.code for each in document.deviations] == ["no-warnings"]


@pytest.mark.parametrize(
    ("name", "first", "second"), [("status", "Actual", "Exercise"), ("msgType", "Alert", "Cancel")]
)
def test_a_message_that_says_two_things_of_itself_is_refused(
    name: str, first: str, second: str
) -> None:
    whole = f"<{name}>{first}</{name}>"
    with pytest.raises(CapRefused) as refused:
        read_any(changed((whole, whole + f"<{name}>{second}</{name}>")))
    assert (refused.value.code, refused.value.element) == (
        "element-contradicts-itself",
        f"alert/{name}",
    )
    assert codes(changed((whole, whole * 2))) == {"element-repeated"}
