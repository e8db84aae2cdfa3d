"""Bodies made to hurt whoever reads them, and what reading each costs.

Run as a program it reads each once and prints a line of JSON for it: name, what was made of it, CPU
seconds, and by how much the process grew at most, in MiB. The kernel counts, so that what libraries
in C take counts too.
"""

import gzip
import io
import json
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from services.weather.trial import judge
from tests.unit.weather.documents import ALERT, changed
from tests.unit.weather.signing import signed, signer

MIB = 1024 * 1024
BARE = ALERT.partition("?>")[2]
POINTS = "40.3,115.6 40.3,116.0"
PEAK = Path("/proc/self/clear_refs")


def inside(text: str) -> bytes:
    return changed(("<area>", text + "<area>"))


def points(text: str) -> bytes:
    return changed((POINTS, text))


def zipped(*files: tuple[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, body in files:
            archive.writestr(name, body)
    return held.getvalue()


def signatures(count: int) -> str:
    document = signed(signer()).decode()
    begin, end = document.index("<ds:Signature "), document.index("</ds:Signature>")
    return (document[begin:end] + "</ds:Signature>") * count


def before_signatures(text: str) -> bytes:
    return ALERT.replace("</alert>", f"{text}{signatures(3)}</alert>").encode()


def envelope(text: str) -> bytes:
    return f'<x xmlns:q="urn:q">{text}</x>'.encode()


def quadratic() -> bytes:
    return b'<!DOCTYPE a [<!ENTITY x "' + b"y" * MIB + b'">]><a>' + b"&x;" * MIB + b"</a>"


def include() -> bytes:
    namespace = "http://www.w3.org/2001/XInclude"
    return inside(f'<i:include xmlns:i="{namespace}" href="file:///etc/hostname" parse="text"/>')


def wrapped_and_signed() -> bytes:
    heavy = f"<x>{'<y/>' * 90_000}</x>{signatures(3)}</alert>"
    return envelope(BARE.replace("</alert>", heavy))


# Name, how it is made, and the code it is refused with; None where it is taken.
ATTACKS: dict[str, tuple[Callable[[], bytes], str | None]] = {
    "quadratic blow-up": (quadratic, "dtd-forbidden"),
    "deep nesting": (lambda: b"<a>" * (5 * MIB), "nested-too-deep"),
    "deep nesting in a feed": (lambda: b"<feed>" + b"<a>" * (5 * MIB), "nested-too-deep"),
    "one attribute": (lambda: b'<alert x="' + b"y" * (15 * MIB) + b'"/>', "markup-too-long"),
    "a million attributes": (
        lambda: b"<alert " + b" ".join(b'a%d="1"' % n for n in range(1_000_000)) + b"/>",
        "markup-too-long",
    ),
    "a million namespaces": (
        lambda: b"<alert " + b" ".join(b'xmlns:a%d="u"' % n for n in range(700_000)) + b"/>",
        "markup-too-long",
    ),
    "one comment": (
        lambda: ALERT.replace("<info>", f"<!--{'x' * 15 * MIB}--><info>").encode(),
        "markup-too-long",
    ),
    "a million instructions": (
        lambda: ALERT.replace("<info>", "<?p?>" * (2 * MIB) + "<info>").encode(),
        "too-many-elements",
    ),
    "character data": (
        lambda: inside(f"<description><![CDATA[{'<' * 15 * MIB}]]></description>"),
        "text-too-long",
    ),
    "a million comments": (
        lambda: before_signatures("<!---->" * MIB),
        "too-many-elements",
    ),
    "a million pieces of character data": (
        lambda: before_signatures("<![CDATA[]]>" * MIB),
        None,
    ),
    "utf-7": (lambda: ALERT.replace("UTF-8", "UTF-7").encode(), "encoding-unknown"),
    "an inclusion": (include, None),
    "a million areas": (
        lambda: changed(("<area>", "<area/>" * 1_000_000 + "<area>")),
        "too-many-elements",
    ),
    "90,000 areas": (lambda: changed(("<area>", "<area/>" * 90_000 + "<area>")), "too-many"),
    "90,000 parameters": (lambda: inside("<parameter/>" * 90_000), None),
    "3,000,000 points": (lambda: points("1,2 " * 3_000_000), "too-many-points"),
    "blanks in an outline": (lambda: points("40.3,115.6 40.3 " + " " * (8 * MIB) + " x"), None),
    "a database's outline without an end": (lambda: points("POLYGON((" + "1 2," * 180_000), None),
    "10,000 documents in one": (lambda: ALERT.encode() * 10_000, "too-many"),
    "5,000 escaped alerts": (
        lambda: envelope(f"<y>{BARE.replace('<', '&lt;')}</y>" * 5_000),
        None,
    ),
    "a signature behind much": (
        lambda: before_signatures("<!-- -->" * 90_000),
        None,
    ),
    "signatures in a large envelope": (wrapped_and_signed, None),
    "500 signed alerts": (
        lambda: envelope(BARE.replace("</alert>", signatures(1) + "</alert>") * 500),
        None,
    ),
    "a gzip of nothing": (lambda: gzip.compress(bytes(200 * MIB)), "unpacked-too-large"),
    "half a million gzips": (lambda: gzip.compress(b"") * 500_000, "too-many"),
    "a gzip in a gzip": (lambda: gzip.compress(gzip.compress(ALERT.encode())), "packed-unknown"),
    "a zip of nothing": (lambda: zipped(("a.xml", bytes(200 * MIB))), "unpacked-too-large"),
    "a zip of many": (lambda: zipped(*((f"{n}", b"x") for n in range(5_000))), "too-many"),
    "a zip in a zip": (lambda: zipped(("a", zipped(("b", b"c")))), "packed-unknown"),
    "lists in lists": (lambda: b"[" * 300_000, "nested-too-deep"),
    "5,000,000 lists": (
        lambda: b"[" + b",".join([b"[]"] * 5_000_000) + b"]",
        "too-many",
    ),
    "a long number": (lambda: b'{"a":' + b"9" * (15 * MIB) + b"}", "json-broken"),
    "not a number": (lambda: b'{"a": NaN}', "json-broken"),
    "a million keys of one name": (
        lambda: b"{" + b",".join([b'"a":1'] * 1_000_000) + b"}",
        "format-unknown",
    ),
    "100,000 alerts of nothing": (
        lambda: b"[" + b",".join([b'{"sent":1,"sender":2,"info":[]}'] * 100_000) + b"]",
        "too-many",
    ),
    "tags that never begin": (lambda: b"<html>" + b"<" * (15 * MIB), "page-without-alerts"),
    "tags that never end": (
        lambda: b"<html>" + (b"<a " + b"x" * 3_999) * 3_900,
        "page-without-alerts",
    ),
    "99,000 entries": (lambda: b"<feed>" + b"<entry/>" * 99_000 + b"</feed>", None),
    "nothing but blanks": (lambda: b" " * (16 * MIB), "body-empty"),
}  # fmt: skip


def grown(field: str) -> float:
    """MiB of this process by the kernel's count: VmRSS now, VmHWM at most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def cost(name: str) -> dict[str, object]:
    body = ATTACKS[name][0]()
    PEAK.write_text("5")  # the most so far is what it is now
    before, begun = grown("VmRSS"), time.process_time()
    judged = judge(body)
    seconds, peak = time.process_time() - begun, grown("VmHWM") - before
    code = judged["reason"]["code"] if judged["reason"] else None
    return {"name": name, "code": code, "mib": round(peak, 1), "cpu_s": round(seconds, 2)}


if __name__ == "__main__":
    judge(ALERT.encode())  # what is imported late is no attack's cost
    judge(signed(signer()))
    for each in sys.argv[1:] or ATTACKS:
        print(json.dumps(cost(each)), flush=True)
