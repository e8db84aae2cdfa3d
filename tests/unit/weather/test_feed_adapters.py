"""Answers of feeds as documents and links: the collection's feeds, odd ones, hostile ones."""

import json
import re
import time
from typing import Any

import pytest

from services.weather.cap import read_cap
from services.weather.feeds.adapters import read_answer
from services.weather.feeds.reading import Link, Reading, Unreadable, is_html
from tests.unit.corpus import Row, needs_corpus, rows

BASE = "https://a.example/feeds/cap.atom"
DECLARED = b' xmlns:cap="urn:oasis:names:tc:emergency:cap:1.1"'
ALERT = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>A1</identifier>'
    "<sender>大风@a.example</sender></alert>"
)


def atom(*entries: str, root: str = 'xmlns="http://www.w3.org/2005/Atom"') -> bytes:
    inside = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f"<feed {root}>{inside}</feed>".encode()


def read(body: bytes | str, adapter: Any = "atom") -> Reading:
    return read_answer(adapter, body if isinstance(body, bytes) else body.encode(), BASE)


def unreadable(body: bytes | str, adapter: Any = "atom") -> str:
    with pytest.raises(Unreadable) as found:
        read(body, adapter)
    reason = found.value.reason
    assert any("\u4e00" <= character <= "\u9fff" for character in reason.zh)
    assert reason.en.isascii()
    return reason.en


def count(row: Row, what: str) -> int:
    found = re.search(rf"{what}=(\d+)", row.note)
    assert found
    return int(found[1])


@needs_corpus
@pytest.mark.parametrize("row", rows("atom-feed", "rss-feed"), ids=lambda row: row.path)
def test_every_feed_of_the_collection_lists_what_its_manifest_says(row: Row) -> None:
    adapter = "rss" if row.kind == "rss-feed" else "atom"
    found = read(row.file.read_bytes(), adapter)
    assert found.entries == count(row, "entries")
    if row.path.endswith("no_entries.atom"):
        # It lies beside the entries, and is a warning all the same.
        assert len(found.documents) == 1
    else:
        assert len(found.documents) == count(row, "embedded-alerts")
    assert bool(found.links) == (found.entries > len(found.documents))
    body = row.file.read_bytes()
    for document in found.documents:
        # Byte for byte, but for a prefix that it uses and only the feed declares.
        used = b"<cap:" in document.body
        sent = document.body.replace(DECLARED, b"", 1) if used else document.body
        assert sent in body
    for link in found.links:
        assert link.url.startswith(("http://", "https://"))
        assert link.stamp


@needs_corpus
def test_every_alert_of_the_busiest_feed_is_a_message() -> None:
    (row,) = (row for row in rows("atom-feed") if row.path.endswith("mexico.atom"))
    assert all(read_cap(one.body) for one in read(row.file.read_bytes()).documents[::20])


@needs_corpus
def test_a_feed_whose_encoding_lies_still_gives_its_links() -> None:
    (row,) = (row for row in rows("xml-unparseable") if row.path.endswith("pelmorex.atom"))
    [link] = read(row.file.read_bytes()).links
    assert link.url.endswith("I2.49.0.1.124.41b6352f.2014.xml")


@needs_corpus
@pytest.mark.parametrize("row", rows("nws-alerts-geojson"), ids=lambda row: row.path)
def test_each_feature_is_a_document_with_its_text_as_it_was_sent(row: Row) -> None:
    text = row.file.read_text(encoding="utf-8")
    found = read(text, "nws")
    features = json.loads(text)["features"]
    assert found.entries == len(found.documents) == len(features)
    for document, feature in zip(found.documents, features, strict=True):
        assert json.loads(document.body)["features"] == [feature]
        assert document.body.decode().partition("[")[2].removesuffix("]}") in text


LINKS = {
    '<link rel="alternate" href="a.html"/><link type="application/cap+xml" href="b"/>': "b",
    '<link rel="related" type="application/cap+xml; charset=utf-8" href="/c"/>': "/c",
    '<link href="a.html"/><link rel="alternate" href="b.cap"/>': "b.cap",
    '<link rel="enclosure" type="text/xml" href="e"/><link href="a"/>': "e",
    "<id>https://a.example/1.xml</id><link href='page'/>": "https://a.example/1.xml",
    "<id>urn:x</id><link href='page?id=1'/>": "page?id=1",
    '<link rel="edit" href="x"/><link rel="alternate" href="y"/>': "y",
}


@pytest.mark.parametrize("entry", LINKS)
def test_of_several_links_the_document_s_is_taken(entry: str) -> None:
    [link] = read(atom(entry)).links
    assert link.url in (
        LINKS[entry],
        f"https://a.example/feeds/{LINKS[entry]}",
        "https://a.example/c",
    )


def test_links_are_from_where_the_feed_says_they_are() -> None:
    body = '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/x/"><entry>'
    body += '<updated>now</updated><published>then</published><link href="1.cap"/></entry></feed>'
    assert read(body).links == (Link("https://b.example/x/1.cap", "now"),)


@pytest.mark.parametrize("href", ["javascript:x.xml", "file:///etc/passwd", "ftp://a/x.cap", ""])
def test_what_is_no_address_of_the_web_is_no_link(href: str) -> None:
    assert read(atom(f'<link href="{href}"/>')).links == ()
    assert read(f'<html><a href="{href}">x</a></html>', "index").links == ()


def test_rss_and_rdf_are_read() -> None:
    rss = '<rss version="2.0"><channel><item><link> 1.cap </link><pubDate>then</pubDate></item>'
    rss += '<item><enclosure url="2" type="application/cap+xml"/><link>page</link></item>'
    rss += "</channel></rss>"
    assert read(rss, "rss").links == (
        Link("https://a.example/feeds/1.cap", "then"), Link("https://a.example/feeds/2", "")
    )  # fmt: skip
    rdf = '<rdf:RDF xmlns:rdf="x" xmlns="http://purl.org/rss/1.0/"><channel/>'
    rdf += "<item><link>3.xml</link></item></rdf:RDF>"
    assert read(rdf, "rss").links[0].url == "https://a.example/feeds/3.xml"


def test_an_alert_in_an_entry_is_cut_out_and_its_link_is_not_followed() -> None:
    body = atom(f'<link href="x"/><content type="text/xml">\n{ALERT}\n</content>')
    found = read(body)
    assert [one.body.decode() for one in found.documents] == [ALERT]
    assert found.links == ()


@pytest.mark.parametrize(
    "inside",
    [
        f"<content type='text/xml'><![CDATA[<?xml version='1.0'?>{ALERT}]]></content>",
        f"<summary>{ALERT.replace('<', '&lt;')}</summary>",
        f"<content>  {ALERT.replace('<', '&#60;').replace('>', '&gt;')}</content>",
    ],
)
def test_an_alert_written_as_text_is_one_too(inside: str) -> None:
    [document] = read(atom(inside)).documents
    assert document.body.decode().endswith(ALERT)


def test_a_namespace_that_the_feed_declares_goes_with_the_alert() -> None:
    cap = "urn:oasis:names:tc:emergency:cap:1.2"
    root = f'xmlns="http://www.w3.org/2005/Atom" xmlns:cap="{cap}" xmlns:g="urn:g"'
    inside = "<cap:alert><cap:identifier>1</cap:identifier></cap:alert>"
    [document] = read(atom(f"<content>{inside}</content>", root=root)).documents
    assert document.body.decode() == inside.replace(
        "<cap:alert>", f'<cap:alert xmlns:cap="{cap}">', 1
    )


def test_an_alert_of_something_else_is_none() -> None:
    other = '<content><alert xmlns="urn:of:burglars"><identifier>1</identifier></alert></content>'
    assert read(atom(other)).documents == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030", "iso-8859-1"])
def test_feeds_are_read_in_their_encodings(encoding: str) -> None:
    said = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    alert = ALERT if encoding != "iso-8859-1" else ALERT.replace("大风", "vént")
    text = f'<?xml version="1.0" encoding="{said}"?>' + atom(f"<content>{alert}</content>").decode()
    [document] = read(
        text.replace("大风", "大风" if said[-1] != "1" else "").encode(encoding)
    ).documents
    shown = document.body.decode("utf-8" if said.startswith("utf") else said)
    assert shown.endswith(alert)


def test_what_browsers_know_is_passed_over() -> None:
    body = "<rss><channel><item><title>a&nbsp;b</title><link>1.xml</link></item></channel></rss>"
    assert len(read(body, "rss").links) == 1


def test_what_comes_before_a_mistake_is_read() -> None:
    body = atom('<link href="1.cap"/>', '<link href="2.cap"/>')[:-20] + b"<<<"
    assert [link.url[-5:] for link in read(body).links] == ["1.cap"]


def test_the_same_document_listed_for_many_places_is_one_link() -> None:
    found = read(atom(*['<link type="application/cap+xml" href="1"/>'] * 30))
    assert (found.entries, len(found.links)) == (30, 1)


@pytest.mark.parametrize("adapter", ["atom", "rss", "index", "nws", "cma", "cap"])
@pytest.mark.parametrize("body", [b"", b" \r\n\x00", b"\xef\xbb\xbf\n"])
def test_nothing_is_an_answer_without_entries(adapter: str, body: bytes) -> None:
    assert read(body, adapter) == Reading(0)


PAGE = "<!DOCTYPE html>\n<html><body><h1>503 Service Unavailable</h1></body></html>"


@pytest.mark.parametrize("adapter", ["atom", "rss", "nws", "cma", "cap"])
@pytest.mark.parametrize(
    "page",
    [PAGE, "\ufeff  <HTML>", "<!-- x --><html>", '<?xml version="1.0"?>\n<!DOCTYPE html><html/>'],
)
def test_a_page_that_says_that_something_is_wrong_is_no_answer(adapter: str, page: str) -> None:
    assert "page for people" in unreadable(page, adapter)


def test_no_warning_is_taken_for_a_page() -> None:
    assert not is_html(ALERT.encode())
    assert not is_html(b"<feed><title>html</title></feed>")


WRONG = {
    "atom": ["{}", "<a/>", "<feed><entry", "<html-like/>", "<feed>&bomb;</x>", "plain words"],
    "nws": ["[]", "{}", '{"features": {}}', "<feed/>", '{"features": [', "[" * 100_000],
    "cma": ["{}", "7", '{"data": {"page": {}}}', "nul", "<a/>"],
    "index": ["words", "{}"],
}


@pytest.mark.parametrize(
    ("adapter", "body"), [(a, b) for a, bodies in WRONG.items() for b in bodies]
)
def test_what_is_not_as_the_adapter_says_is_unreadable(adapter: str, body: str) -> None:
    assert unreadable(body, adapter)


def test_lists_of_china_are_one_document() -> None:
    for body, entries in (
        ('[{"keyId": 1}, {"keyId": 2}]', 2),
        ('{"data": {"page": {"list": [{"alertid": "1"}]}}}', 1),
        ('{"data": {"page": {"list": []}}}', 0),
    ):
        found = read(body, "cma")
        assert (found.entries, len(found.documents)) == (entries, min(entries, 1))


BOMB = '<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa">%s]><feed><entry><title>&i;</title></entry></feed>'
LEVELS = "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
HEAD = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x</title>'
HOSTILE: dict[str, tuple[str, bytes]] = {
    "entities": ("atom", (BOMB % LEVELS).encode()),
    "a file": ("atom", b'<!DOCTYPE f [<!ENTITY i SYSTEM "file:///etc/passwd">]><feed>&i;</feed>'),
    "tiny": ("atom", HEAD + b"<a/>" * 1_000_000),
    "deep": ("atom", HEAD + b"<a>" * 1_000_000),
    "brackets": ("atom", HEAD + b"<" * 4_000_000),
    "ampersands": ("atom", HEAD + b"&" * 4_000_000),
    "attributes": ("atom", HEAD + b"<link " + b'a="b" ' * 600_000),
    "prologs": ("atom", HEAD + b"<content>" + b"&lt;?xml" * 500_000 + b"</content></entry></feed>"),
    "page of brackets": ("index", b"<html>" + b"<" * 4_000_000),
    "page of links": ("index", b"<html>" + b"<a " * 1_300_000),
    "page of quotes": ("index", b"<html>" + b'<a href="' * 400_000),
    "page of comments": ("index", b"<html>" + b"<!--" * 1_000_000),
    "deep list": ("nws", b'{"features":' + b"[" * 4_000_000),
    "html": ("atom", b"<!--" * 1_000_000),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_costs_no_more_than_reading_it(name: str) -> None:
    adapter, body = HOSTILE[name]
    began = time.process_time()
    try:
        found = read(body, adapter)
    except Unreadable:
        pass
    else:
        assert b"root:" not in b"".join(one.body for one in found.documents)
    assert time.process_time() - began < 4
