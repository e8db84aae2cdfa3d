"""What lies in deploy/ says what the code does: users, metrics, probes, commands."""

import configparser
import json
import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from services.embedded.config import MAX_CONNECTIONS, MAX_PAYLOAD_BYTES, field_inbox, field_user
from services.embedded.files import find_binary
from services.metrics import METRICS
from services.scenario.plan import load_plan
from services.settings import Settings
from tests.unit.command_line import refusal

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
DOCUMENTS = sorted(path for suffix in ("yaml", "yml") for path in DEPLOY.rglob(f"*.{suffix}"))
SECRETS = {
    name: f"secret-{name}"
    for name in re.findall(
        r"\$(\w+)", (DEPLOY / "nats/users.conf").read_text() + "$NATS_ROUTE_PASSWORD $NATS_NAME"
    )
}


def read(name: str) -> list[Any]:
    return list(YAML(typ="safe").load_all((DEPLOY / name).read_text(encoding="utf-8")))


def nats_server(*arguments: object, secrets: Mapping[str, str] = SECRETS) -> tuple[int, str]:
    ended = subprocess.run(
        [find_binary(), *map(str, arguments)],
        env={"PATH": os.environ["PATH"], **secrets},
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_every_document_is_yaml(path: Path) -> None:
    documents = list(YAML(typ="safe").load_all(path.read_text(encoding="utf-8")))
    assert documents
    assert all(isinstance(document, dict) for document in documents)


@pytest.mark.nats
@pytest.mark.parametrize("name", ["single.conf", "cluster.conf"])
def test_nats_server_takes_the_configuration(name: str) -> None:
    status, said = nats_server("-t", "-c", DEPLOY / "nats" / name)
    assert (status, "is valid" in said) == (0, True), said


@pytest.mark.nats
def test_nats_server_does_not_start_with_a_password_that_is_not_set() -> None:
    some = {name: value for name, value in SECRETS.items() if name != "FIELD_HQ_PASSWORD"}
    status, said = nats_server("-t", "-c", DEPLOY / "nats/single.conf", secrets=some)
    assert status != 0
    assert "FIELD_HQ_PASSWORD" in said


@pytest.fixture
def monitor(tmp_path: Path) -> Iterator[str]:
    """The monitoring address of a nats-server that runs on single.conf, but for its addresses."""
    config = (DEPLOY / "nats/single.conf").read_text()
    for there, here in (
        ("0.0.0.0:4222", "127.0.0.1:-1"),
        ("0.0.0.0:8222", "127.0.0.1:-1"),
        ("/var/lib/nats", str(tmp_path)),
    ):
        assert there in config
        config = config.replace(there, here)
    (tmp_path / "nats.conf").write_text(config)
    (tmp_path / "users.conf").write_text((DEPLOY / "nats/users.conf").read_text())
    process = subprocess.Popen(
        [find_binary(), "-c", tmp_path / "nats.conf", "--ports_file_dir", tmp_path],
        env={"PATH": os.environ["PATH"], **SECRETS},
        stderr=subprocess.DEVNULL,
    )
    try:
        ports = tmp_path / f"nats-server_{process.pid}.ports"
        give_up = time.monotonic() + 10
        while not ports.exists() or not ports.read_text():
            assert process.poll() is None
            assert time.monotonic() < give_up
            time.sleep(0.02)
        yield json.loads(ports.read_text())["monitoring"][0]
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.nats
def test_a_nats_server_on_its_own_fsyncs_every_write(monitor: str) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(f"{monitor}/varz", timeout=5) as answer:
        said = json.load(answer)
    assert said["jetstream"]["config"]["sync_always"] is True
    assert said["max_payload"] == MAX_PAYLOAD_BYTES
    assert said["max_connections"] == MAX_CONNECTIONS


def test_every_server_of_a_cluster_fsyncs_every_write() -> None:
    config = (DEPLOY / "nats/cluster.conf").read_text()
    assert re.search(r"^  sync_interval: always$", config, re.MULTILINE)


def test_every_site_of_the_plan_has_the_user_that_muster_up_would_give_it() -> None:
    users = re.sub(r"\s+", " ", (DEPLOY / "nats/users.conf").read_text())
    sites = [site.id for site in load_plan("winter-games").sites]
    assert re.findall(r"user: (field-[\w-]+)", users) == [field_user(site) for site in sites]
    for site in sites:
        assert (
            f'publish {{ allow: ["report.{site}", "obs.{site}.>"] }} '
            f'subscribe {{ allow: ["{field_inbox(site)}.>", "alert.{site}.>"] }}'
        ) in users


def test_the_log_fits_into_what_the_server_may_store() -> None:
    room = {
        int(re.findall(r"max_file_store: (\d+)GB", (DEPLOY / "nats" / name).read_text())[0])
        for name in ("single.conf", "cluster.conf")
    }
    (claim,) = read("kubernetes/statefulset.yaml")[0]["spec"]["volumeClaimTemplates"]
    room.add(int(claim["spec"]["resources"]["requests"]["storage"].removesuffix("Gi")))
    fields = Settings.model_fields
    needed = fields["log_max_bytes"].default * 1.1 + fields["documents_max_bytes"].default
    assert min(room) * 10**9 > needed


def rules() -> list[dict[str, Any]]:
    return [rule for group in read("prometheus/rules.yml")[0]["groups"] for rule in group["rules"]]


def exported() -> set[str]:
    """The names of the samples that a scrape brings, those of counters without labels included."""
    ends = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
    return {metric.name + end for metric in METRICS.registry.collect() for end in ends[metric.type]}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_monitoring_asks_for_metrics_that_there_are(rule: dict[str, Any]) -> None:
    named = set(re.findall(r"\bmuster_\w+", rule["expr"]))
    assert named - exported() == set()
    assert named or "up{" in rule["expr"]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_monitoring_speaks_both_languages(rule: dict[str, Any]) -> None:
    assert set(rule["annotations"]) == {"summary_zh", "summary_en", "action_zh", "action_en"}
    assert rule["labels"]["severity"] in {"critical", "warning"}
    for name, text in rule["annotations"].items():
        assert bool(re.search(r"[\u4e00-\u9fff]", text)) == name.endswith("_zh"), text


def test_monitoring_watches_for_everything_that_makes_muster_blind() -> None:
    asked = " ".join(rule["expr"] for rule in rules())
    for metric in (
        "muster_nats_connected",
        "muster_projection_lag_events",
        "muster_projection_checkpoint",
        "muster_append_failures_total",
        "muster_log_duplicate_events_total",
        "muster_alerts_oldest_unacknowledged_seconds",
        "muster_ready",
        "muster_feeds_failed",
        "muster_store_bytes",
    ):
        assert metric in asked


def test_probes_ask_what_answers() -> None:
    container = read("kubernetes/statefulset.yaml")[0]["spec"]["template"]["spec"]["containers"][0]
    paths = {
        name: probe["httpGet"]["path"]
        for name, probe in container.items()
        if name.endswith("Probe")
    }
    # A restart does not bring back a log that is out of reach, so life is not readiness.
    assert paths == {
        "startupProbe": "/readyz",
        "readinessProbe": "/readyz",
        "livenessProbe": "/healthz",
    }
    assert "8080/readyz" in (DEPLOY / "Dockerfile").read_text()


def test_the_kustomization_names_files_that_there_are() -> None:
    (kustomization,) = read("kubernetes/kustomization.yaml")
    here = {path.name for path in (DEPLOY / "kubernetes").iterdir()}
    assert set(kustomization["resources"]) == here - {"kustomization.yaml"}


def unit() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names have capitals
    parser.read(DEPLOY / "systemd/muster.service", encoding="utf-8")
    return parser["Service"]


def test_every_command_that_starts_muster_is_one() -> None:
    container = read("kubernetes/statefulset.yaml")[0]["spec"]["template"]["spec"]["containers"][0]
    docker = re.search(r"^CMD (\[.*\])$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert docker
    program, *arguments = unit()["ExecStart"].split()
    assert program.endswith("/muster")
    for command in (arguments, container["args"], json.loads(docker[1])):
        assert refusal([str(argument) for argument in command]) is None


def test_muster_ends_its_own_nats_server_before_anything_is_killed() -> None:
    service = unit()
    assert (service["KillSignal"], service["KillMode"]) == ("SIGTERM", "mixed")
    assert int(service["TimeoutStopSec"].removesuffix("s")) >= 20


def test_nothing_runs_as_root() -> None:
    assert unit()["DynamicUser"] == "yes"
    assert re.search(r"^USER [1-9]\d+", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    pod = read("kubernetes/statefulset.yaml")[0]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
