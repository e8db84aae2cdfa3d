"""What the interfaces say of themselves: OpenAPI, AsyncAPI, the documentation page, the metrics."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import unquote

import pytest
import pytest_asyncio
from fastapi.openapi.models import OpenAPI
from prometheus_client.parser import text_string_to_metric_families

from services.metrics import METRICS
from tests.integration.edge import SKI, Edge, edge, enrol

pytestmark = [pytest.mark.nats, pytest.mark.asyncio(loop_scope="module")]

OPEN = {"/healthz", "/readyz", "/metrics", "/api/v1/cap/certificate.pem"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def muster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    async with edge(tmp_path_factory.mktemp("documents")) as running:
        await enrol(running, [("v017", "yanqing", "medical", [SKI])])
        for report in (
            {"kind": "need-help", "person": "v017", "venue": SKI},
            {"kind": "snow"},
            {"kind": "weather", "venue": SKI, "wind_ms": 5},
        ):
            await running.admin.report(report)
        await running.settle()
        yield running


def parts(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict):
        yield document
        for part in document.values():
            yield from parts(part)
    elif isinstance(document, list):
        for part in document:
            yield from parts(part)


def target(document: Any, reference: str) -> Any:
    for name in unquote(reference).removeprefix("#/").split("/"):
        document = document[name.replace("~1", "/").replace("~0", "~")]
    return document


async def test_openapi_is_valid_and_says_who_may(muster: Edge) -> None:
    document = (await muster.anonymous().get("/openapi.json")).json()
    assert OpenAPI.model_validate(document).info.title == "Muster"
    schemes = document["components"]["securitySchemes"]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if path in OPEN:
                assert "security" not in operation
                continue
            assert operation["security"], (method, path)
            assert all(name in schemes for need in operation["security"] for name in need)
    assert document["paths"]["/api/v1/reports"]["post"]["requestBody"]


@pytest.mark.parametrize("path", ["/openapi.json", "/asyncapi.json"])
async def test_every_reference_leads_somewhere(muster: Edge, path: str) -> None:
    document = (await muster.anonymous().get(path)).json()
    references = [part["$ref"] for part in parts(document) if isinstance(part.get("$ref"), str)]
    for reference in references:
        assert target(document, reference) is not None


async def test_asyncapi_tells_of_every_subject(muster: Edge) -> None:
    document = (await muster.anonymous().get("/asyncapi.json")).json()
    assert document["asyncapi"].startswith("3.")
    addresses = {channel["address"] for channel in document["channels"].values()}
    assert {"report.*", "alert.{site}.{venue}.{severity}"} <= addresses
    assert {f"cmd.*.{kind}" for kind in ("incident", "alert", "warning", "run")} <= addresses
    assert "muster:" not in str(document["servers"]), "no user or password in a document"


ELSEWHERE = re.compile(
    r"""(?:src|href)\s*=\s*["'](?:https?:)?//|url\(["']?https?:|import\s+["']https?:"""
)


@pytest.mark.parametrize("path", ["/docs", "/"])
async def test_pages_need_nothing_from_elsewhere(muster: Edge, path: str) -> None:
    page = (await muster.anonymous().get(path)).text
    assert not ELSEWHERE.search(page)
    for address in re.findall(r"""(?:src|href)=["'](/[^"'#]+)["']""", page):
        assert (await muster.http.get(muster.url + address)).status_code == 200, address


async def families(muster: Edge) -> dict[str, Any]:
    text = (await muster.anonymous().get("/metrics")).text
    return {family.name: family for family in text_string_to_metric_families(text)}


SEEN = [
    "muster_reports", "muster_events_appended", "muster_append_seconds",
    "muster_append_batch_events",
    "muster_commands", "muster_projection_lag_events", "muster_ready",
    "muster_projection_checkpoint", "muster_reactions", "muster_alerts_unacknowledged",
    "muster_incidents_open", "muster_nats_connected", "muster_sse_clients",
]  # fmt: skip


async def test_every_metric_of_ours_is_there(muster: Edge) -> None:
    found = await families(muster)
    assert {family.name for family in METRICS.registry.collect()} <= found.keys()
    for name in SEEN:
        assert name in found
    [open_] = found["muster_incidents_open"].samples
    [unanswered] = found["muster_alerts_unacknowledged"].samples
    assert (open_.value, unanswered.value) == (1, 1)


async def test_monitoring_sees_who_is_not_accounted_for(muster: Edge) -> None:
    await enrol(muster, [("v018", "yanqing", "media", [])])
    opened = await muster.admin.post("/roll-calls", {"site": "yanqing"})
    found = await families(muster)
    said = {
        name: found[f"muster_{name}"].samples[0].value
        for name in ("need_help", "roll_calls_unaccounted", "people_missing", "check_ins_missing")
    }
    assert opened.json()["expected"] == 2
    assert said == {
        "need_help": 1, "roll_calls_unaccounted": 1, "people_missing": 0, "check_ins_missing": 0,
    }  # fmt: skip


async def test_metrics_are_named_as_prometheus_wants_them(muster: Edge) -> None:
    found = await families(muster)
    for name, family in found.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert family.documentation
        assert not re.search(r"_(ms|milliseconds|minutes|kb|mb)(_|$)", name)
        if family.type == "counter":
            assert all(sample.name.endswith(("_total", "_created")) for sample in family.samples), (
                name
            )


async def test_labels_hold_no_ids_and_stay_few(muster: Edge) -> None:
    before = await families(muster)
    for number in range(30):
        await muster.admin.report({"kind": "need-help", "venue": SKI, "id": f"label-{number}"})
        await muster.admin.post(f"/incidents/nope-{number}/close", {"note": "x"})
        await muster.admin.post("/venues", {"id": f"v{number}", "site": "hq", "lat": 1, "lon": 1,
                                            "name": {"zh": "新", "en": "New"}})  # fmt: skip
    await muster.settle()
    after = await families(muster)
    uuid = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|label-|nope-|v017|\bv\d+\b|mst_")
    for name, family in after.items():
        for sample in family.samples:
            assert not uuid.search(" ".join(sample.labels.values())), sample
        assert len(family.samples) < 400
        if name in before:
            # Thirty more of everything, and hardly a series more.
            assert len(family.samples) <= len(before[name].samples) + 60


async def test_readyz_tells_how_far_it_has_read(muster: Edge) -> None:
    await muster.settle()
    answer = await muster.anonymous().get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert answer.json()["checkpoint"] == await muster.node.reader.catch_up()
