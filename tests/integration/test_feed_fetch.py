"""Fetching from servers that do what they like."""

import asyncio
import gzip
import resource
import ssl
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.weather.feeds import fetch
from services.weather.feeds.fetch import Answer, Fetcher, Known, NotFetched
from services.weather.feeds.private import may_lead_to
from tests.integration.feed_server import Asked, FeedServer, feed_server

LIMIT = 200_000


@pytest_asyncio.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with feed_server() as served:
        yield served


async def get(url: str, *, within_s: float = 5.0, limit: int = LIMIT, **more: Any) -> Answer:
    async with Fetcher(limit=limit, within_s=within_s) as fetcher:
        return await fetcher.get(url, private=more.pop("private", True), **more)


async def refusal(url: str, **more: Any) -> NotFetched:
    with pytest.raises(NotFetched) as found:
        await get(url, **more)
    reason = found.value.reason
    assert any("\u4e00" <= character <= "\u9fff" for character in reason.zh)
    assert reason.en.isascii()
    return found.value


async def test_what_has_not_changed_is_not_sent_again(server: FeedServer) -> None:
    server.changes("/a", "first", '"1"')
    first = await get(server.url("/a"))
    assert (first.body, first.changed) == (b"first", True)
    again = await get(server.url("/a"), known=first.known)
    assert (again.changed, again.known) == (False, first.known)
    server.changes("/a", "second", '"2"')
    assert (await get(server.url("/a"), known=first.known)).body == b"second"


async def test_a_date_is_as_good_as_a_tag(server: FeedServer) -> None:
    server.says("/a", "x", Last_Modified="Sun, 13 Feb 2022 00:00:00 GMT")
    known = (await get(server.url("/a"))).known
    await get(server.url("/a"), known=known)
    assert server.last["/a"].headers["if-modified-since"] == "sun, 13 feb 2022 00:00:00 gmt"


async def test_conditions_are_of_one_address_only(server: FeedServer) -> None:
    server.says("/b", "x")
    await get(server.url("/b"), known=Known(server.url("/a"), '"1"', ""))
    assert "if-none-match" not in server.last["/b"].headers


async def test_nothing_new_from_whoever_was_not_asked_so_is_broken(server: FeedServer) -> None:
    server.says("/a", status=304)
    assert (await refusal(server.url("/a"))).trouble == "broken"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 500, 502, 503])
async def test_a_server_that_says_no_is_broken(server: FeedServer, status: int) -> None:
    server.says("/a", "no", status)
    error = await refusal(server.url("/a"))
    assert error.trouble == "broken"
    assert str(status) in error.reason.en


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("120", 120), ("-5", 0), ("soon", 0), ("9" * 30, 86_400), ("", 0),
     ("Fri, 31 Dec 2100 23:59:59 GMT", 86_400), ("Mon, 01 Jan 2001 00:00:00 GMT", 0)],
)  # fmt: skip
async def test_when_a_server_wants_to_be_asked_again(
    server: FeedServer, said: str, seconds: float
) -> None:
    server.says("/a", status=503, Retry_After=said)
    assert (await refusal(server.url("/a"))).retry_after_s == seconds


async def test_whoever_does_not_answer_is_silent() -> None:
    async with feed_server() as gone:
        pass
    assert (await refusal(gone.url("/a"))).trouble == "silent"
    nowhere = await refusal("http://nowhere.invalid/cap")
    assert (nowhere.trouble, "nowhere.invalid" in nowhere.reason.en) == ("silent", True)


async def test_a_server_that_never_begins_is_silent(server: FeedServer) -> None:
    async def page(_: Asked, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    server.pages["/a"] = page
    began = time.monotonic()
    assert (await refusal(server.url("/a"), within_s=0.5)).trouble == "silent"
    assert time.monotonic() - began < 2


async def test_a_slow_drip_ends_with_the_time_for_the_whole(server: FeedServer) -> None:
    async def page(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 -\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    server.pages["/a"] = page
    began = time.monotonic()
    error = await refusal(server.url("/a"), within_s=0.7)
    assert error.trouble == "broken"
    assert time.monotonic() - began < 2


async def test_headers_that_drip_end_too(server: FeedServer) -> None:
    async def page(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 -\r\n")
        while True:
            writer.write(b"X-More: x\r\n")
            await writer.drain()
            await asyncio.sleep(0.05)

    server.pages["/a"] = page
    assert (await refusal(server.url("/a"), within_s=0.7)).trouble == "silent"


async def test_a_body_that_is_cut_is_broken(server: FeedServer) -> None:
    server.says("/a", "half of it", Content_Length="1000")
    assert (await refusal(server.url("/a"))).trouble == "broken"


async def test_compressed_bodies_are_read(server: FeedServer) -> None:
    body = b"warning " * 1000
    raw = zlib.compressobj(wbits=-15)
    bodies = {
        "gzip": gzip.compress(body),
        "x-gzip": gzip.compress(body[:4000]) + gzip.compress(body[4000:]),
        "deflate": zlib.compress(body),
        "DEFLATE": raw.compress(body) + raw.flush(),
        "identity": body,
    }
    for encoding, sent in bodies.items():
        server.says("/a", sent, Content_Encoding=encoding)
        assert (await get(server.url("/a"))).body == body, encoding


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "nonsense"])
async def test_what_was_not_asked_for_is_not_undone(server: FeedServer, encoding: str) -> None:
    server.says("/a", b"x", Content_Encoding=encoding)
    assert (await refusal(server.url("/a"))).trouble == "broken"


@pytest.mark.parametrize(
    "body",
    [b"nonsense", gzip.compress(b"warning" * 99)[:-10], gzip.compress(b"")[:10] * 3],
    ids=["no gzip", "cut off", "heads alone"],  # a gzip holds the time, which is no name for a test
)
async def test_damaged_compression_is_broken(server: FeedServer, body: bytes) -> None:
    server.says("/a", body, Content_Encoding="gzip")
    assert (await refusal(server.url("/a"))).trouble == "broken"


async def test_a_zip_bomb_costs_neither_memory_nor_time(server: FeedServer) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(180)) + packer.flush()
    assert len(bomb) < LIMIT
    server.says("/a", bomb, Content_Encoding="gzip")
    tracemalloc.start()
    began = time.process_time()
    error = await refusal(server.url("/a"))
    cpu = time.process_time() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (error.trouble, str(LIMIT) in error.reason.en) == ("broken", True)
    assert peak < 5_000_000, f"{peak} bytes for what would have been 180 MiB"
    assert cpu < 1.0


async def test_many_empty_pieces_of_compression_come_to_an_end(server: FeedServer) -> None:
    server.says("/a", gzip.compress(b"") * 5000, Content_Encoding="gzip")
    assert (await refusal(server.url("/a"))).trouble == "broken"


async def test_a_body_without_end_is_given_up_at_the_limit(server: FeedServer) -> None:
    sent = 0

    async def page(_: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 -\r\nContent-Type: text/xml\r\n\r\n")
        while True:
            writer.write(bytes(10_000))
            await writer.drain()
            sent += 10_000

    server.pages["/a"] = page
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (await refusal(server.url("/a"))).trouble == "broken"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000
    assert sent < 20_000_000


async def test_redirects_are_followed_and_links_are_from_where_they_end(
    server: FeedServer,
) -> None:
    for number in range(5):
        server.says(f"/{number}", status=302, Location=f"/{number + 1}")
    server.changes("/5", "here", '"1"')
    found = await get(server.url("/0"))
    assert (found.body, found.url) == (b"here", server.url("/5"))
    again = await get(server.url("/0"), known=found.known)
    assert again.changed is False
    assert "if-none-match" not in server.last["/0"].headers


async def test_a_sixth_redirect_and_a_loop_are_broken(server: FeedServer) -> None:
    server.says("/a", status=301, Location="/b")
    server.says("/b", status=301, Location="/a")
    assert (await refusal(server.url("/a"))).trouble == "broken"
    assert server.asked["/a"] + server.asked["/b"] == fetch.REDIRECTS_MAX + 1


@pytest.mark.parametrize(
    "location", ["ftp://a.example/x", "file:///etc/passwd", "http://", "http://[::1", "gopher:x"]
)
async def test_a_redirect_to_what_is_no_web_is_broken(server: FeedServer, location: str) -> None:
    server.says("/a", status=302, Location=location)
    assert (await refusal(server.url("/a"))).trouble in ("broken", "silent")


HERE = ("127.0.0.1", "localhost", "0.0.0.0", "[::1]", "127.1", "2130706433", "0x7f.0.0.1",
        "[::ffff:127.0.0.1]", "10.0.0.1", "192.168.1.1", "172.16.0.9", "169.254.169.254",
        "100.100.100.200", "[fd00:ec2::254]", "[fe80::1]", "224.0.0.1", "255.255.255.255",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]")  # fmt: skip


@pytest.mark.parametrize("host", HERE)
async def test_a_public_feed_leads_to_no_address_of_ones_own(server: FeedServer, host: str) -> None:
    server.says("/a", "secret")
    error = await refusal(f"http://{host}:{server.port}/a", private=False)
    assert error.trouble in ("broken", "silent")
    assert server.asked["/a"] == 0


@pytest.mark.parametrize("host", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "[fe80::1]"])
async def test_not_even_a_private_feed_asks_a_cloud_about_itself(host: str) -> None:
    assert (await refusal(f"http://{host}/latest", within_s=2)).trouble == "broken"


async def resolved(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Let every name be looked up as these addresses, one after the other; return what was."""
    loop = asyncio.get_running_loop()
    real, looked_up, turns = loop.getaddrinfo, [], iter(answers)

    async def look_up(host: str, port: int, **more: Any) -> Any:
        if not host.endswith(".example"):
            return await real(host, port, **more)
        looked_up.append(host)
        return await real(next(turns), port, **more)

    monkeypatch.setattr(loop, "getaddrinfo", look_up)
    return looked_up


async def test_a_redirect_into_ones_own_network_is_judged_at_every_hop(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first hop is let through as if it were public; what it leads to is not."""
    allowed = [True]
    judged = may_lead_to

    def judge(address: str, *, private: bool) -> bool:
        return bool(allowed and allowed.pop()) or judged(address, private=private)

    monkeypatch.setattr(fetch, "may_lead_to", judge)
    server.says("/a", status=302, Location=server.url("/secret"))
    server.says("/secret", "secret")
    error = await refusal(server.url("/a"), private=False)
    assert (error.trouble, "127.0.0.1" in error.reason.en) == ("broken", True)
    assert (server.asked["/a"], server.asked["/secret"]) == (1, 0)


async def test_a_name_is_looked_up_once_and_that_address_is_connected_to(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads elsewhere at a second look gains nothing: there is none."""
    looked_up = await resolved(monkeypatch, "127.0.0.1", "192.0.2.1")
    server.says("/a", "here")
    found = await get(f"http://warnings.example:{server.port}/a")
    assert (found.body, looked_up) == (b"here", ["warnings.example"])
    assert server.last["/a"].headers["host"] == f"warnings.example:{server.port}"


async def test_no_credentials_go_anywhere(server: FeedServer) -> None:
    server.says("/a", status=302, Location=f"http://name:secret@127.0.0.1:{server.port}/b")
    server.says("/b", "x", Set_Cookie="a=b")
    await get(server.url("/a"))
    for asked in server.last.values():
        assert not {"authorization", "cookie", "referer"} & asked.headers.keys()


def of_its_own(folder: Path, name: str) -> ssl.SSLContext:
    """Return what serves under a certificate that its server made for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.mark.parametrize("trusted", [False, True])
async def test_a_certificate_is_of_the_name_and_not_of_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    """The connection goes to the address that was judged; what is shown there is the host's."""
    await resolved(monkeypatch, "127.0.0.1", "127.0.0.1")
    async with feed_server(of_its_own(tmp_path, "warnings.example")) as server:
        server.says("/a", "here")
        if trusted:
            trust = ssl.create_default_context(cafile=str(tmp_path / "server.pem"))
            monkeypatch.setattr(fetch, "_trust", lambda: trust)
            found = await get(f"https://warnings.example:{server.port}/a")
            assert found.body == b"here"
            other = await refusal(f"https://elsewhere.example:{server.port}/a")
            assert other.trouble == "broken"
        else:
            error = await refusal(f"https://warnings.example:{server.port}/a")
            assert (error.trouble, server.asked["/a"]) == ("broken", 0)
