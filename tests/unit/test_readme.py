"""What the README and the pages in docs/ say of commands, addresses, limits, metrics and files
is so.
"""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi import FastAPI
from nats.aio.client import Client
from ruamel.yaml import YAML

from events.access import AccessRole
from services.auth import Grant
from services.clock import SystemClock
from services.gateway.app import application
from services.gateway.reports import REPORTS
from services.gateway.rules import endpoints as every_endpoint
from services.gateway.streams import Streams
from services.metrics import METRICS
from services.node import Node
from services.playbooks.conditions import VARIABLES
from services.playbooks.playbook import LIBRARY, Post, Trigger
from services.runner import SERVICES
from services.settings import Limits, Settings
from tests.unit.command_line import refusal

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATING = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
PLAYBOOKS = (ROOT / "docs/playbooks.md").read_text(encoding="utf-8")
DEVELOPING = (ROOT / "docs/developing.md").read_text(encoding="utf-8")
TOLD = f"{README}\n{OPERATING}\n{PLAYBOOKS}\n{DEVELOPING}"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TOLD, re.MULTILINE | re.DOTALL)


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", TOLD, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def table(title: str) -> list[list[str]]:
    """The cells of a section's rows, its heading left out."""
    rows = [line for line in section(title).splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def bare(cell: str) -> str:
    return cell.strip("`")


def inner(line: str) -> list[str]:
    """The commands in a line of shell: those in `$(...)`, and the one around them."""
    return [
        *re.findall(r"\$\((\w[^()]*)\)", line),
        re.sub(r"\$\([^()]*\)", "2026-02-12T14:03", line),
    ]


def commands() -> list[str]:
    """Every `muster ...` in the blocks of shell, and in backquotes with arguments to read."""
    lines = "".join(blocks("sh")).replace("\\\n", "").splitlines()
    found = [part.strip() for line in lines for part in inner(line)]
    found += [
        line for line in re.findall(r"`(muster [^`\n]+)`", TOLD) if re.search(r"[A-Z-]{2}", line)
    ]
    found = [re.sub(r"^(?:[A-Z_]+=\S* )+", "", command) for command in found]
    return sorted({command for command in found if command.startswith("muster ")})


@pytest.mark.parametrize("command", commands())
def test_every_command_is_one_the_program_takes(command: str) -> None:
    _, *arguments = shlex.split(command)
    assert refusal(arguments) is None


def test_the_readme_shows_the_whole_command_line_at_work() -> None:
    """Every group of commands, so that the test above has something to judge."""
    shown = {command.split()[1] for command in commands()}
    assert shown >= {
        "up", "run", "report", "cap", "picture", "replay", "alerts", "log", "incident",
        "roll-call", "token",
    }  # fmt: skip


def test_blocks_of_shell_are_shell() -> None:
    for block in blocks("sh"):
        subprocess.run(["bash", "-n"], input=block, text=True, check=True, timeout=10)


def test_every_make_target_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"^(?:\$ )?make ([a-z]+)|`make ([a-z]+)`", README, re.MULTILINE))
    assert {first or second for first, second in named} <= targets
    assert len(named) > 8


@pytest.fixture(scope="module")
def application_of_the_gateway() -> FastAPI:
    node = Node(Settings(), SystemClock(), Client(), "nats://nats:4222")
    return application(node, Streams(node))


@pytest.fixture(scope="module")
def paths(application_of_the_gateway: FastAPI) -> list[str]:
    return [path for path, _ in every_endpoint(application_of_the_gateway.routes)] + [REPORTS]


def endpoints() -> list[str]:
    text = re.sub(r"^```text\n.*?^```$", "", TOLD, flags=re.MULTILINE | re.DOTALL)
    asked = re.findall(r'\$API(/[^"\s?]*)', text)
    named = re.findall(r"(?:GET|POST|DELETE) (/[\w/{}-]+(?:\.\w+)?)|`(/[\w.]+)`", text)
    return sorted({f"/api/v1{path}" for path in asked} | {path or other for path, other in named})


@pytest.mark.parametrize("endpoint", endpoints())
def test_every_endpoint_is_there(endpoint: str, paths: list[str]) -> None:
    patterns = [re.sub(r"\{[^}]*\}", "[^/]+", path) for path in paths]
    assert any(re.fullmatch(pattern, endpoint) for pattern in patterns), endpoint


def test_the_readme_names_endpoints() -> None:
    assert {"/api/v1/reports", "/api/v1/alerts/stream", "/readyz", "/metrics"} <= set(endpoints())


def test_every_limit_is_there_with_its_default() -> None:
    said = {bare(name): default for name, default, _ in table("Limits")}
    assert said == {name: str(Limits.model_fields[name].default) for name in said}


def test_every_limit_that_is_kept_is_told() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "services").rglob("*.py")
        if path.name != "settings.py"
    )
    named = {name: name.removesuffix("_s").removesuffix("_days") for name in Limits.model_fields}
    kept = {name for name, short in named.items() if re.search(rf"limits\.{short}\b|{name}", code)}
    assert kept == {bare(row[0]) for row in table("Limits")}


def test_settings_are_named_as_they_are_read() -> None:
    known = {f"MUSTER_{name.upper()}" for name in Settings.model_fields} | {
        f"MUSTER_LIMIT_{name.upper()}" for name in Limits.model_fields
    }
    others = {"MUSTER_URL", "MUSTER_TOKEN", "MUSTER_LANG", "MUSTER_LIMIT_", "MUSTER_NATS_PASSWORD"}
    assert set(re.findall(r"MUSTER_[A-Z_]+", TOLD)) - known - others == set()


def test_every_metric_is_told_and_is_there() -> None:
    exported = {
        metric.name + ("_total" if metric.type == "counter" else ""): metric.documentation
        for metric in METRICS.registry.collect()
        if metric.name.startswith("muster_")
    }
    assert {bare(name): said for name, said in table("Metrics")} == exported


@pytest.mark.parametrize(
    ("text", "folder"),
    [(README, ROOT), (OPERATING, ROOT / "docs"), (PLAYBOOKS, ROOT / "docs")],
    ids=["README", "operating", "playbooks"],
)
def test_links_lead_to_files(text: str, folder: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)\)", text)
    assert len(links) >= 3
    assert [link for link in links if "://" not in link and not (folder / link).exists()] == []


def test_links_within_the_page_lead_to_a_heading() -> None:
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", README)) <= headings


def test_the_playbook_shown_is_the_one_that_runs() -> None:
    (shown,) = (YAML(typ="safe").load(block) for block in blocks("yaml"))
    assert shown == YAML(typ="safe").load((LIBRARY / "severe-weather.yaml").read_text("utf-8"))


def test_everything_a_playbook_may_use_is_told() -> None:
    text = section("Write a playbook")
    groups = re.findall(r"`(\w+)\.(\w+)`((?:,\s+`\.\w+`)*)", text)
    told = {f"{noun}.{name}" for noun, name, _ in groups} | {
        f"{noun}.{name}" for noun, _, more in groups for name in re.findall(r"`\.(\w+)`", more)
    }
    assert told - set(get_args(Trigger)) >= set(VARIABLES)
    assert {name for name in told if name.split(".")[0] in ("event", "venue")} <= set(VARIABLES)
    assert [name for name in (*get_args(Trigger), *get_args(Post)) if f"`{name}`" not in text] == []


def test_every_service_is_named() -> None:
    text = section("Several processes, several machines")
    assert [name for name in SERVICES if f"`{name}`" not in text] == []


ROLES: dict[str, AccessRole | None] = {
    "see the picture": None,
    "send reports": "reporter",
    "act on incidents": "responder",
    "register volunteers": "commander",
    "read the events": "monitor",
    "register sites": "admin",
}


@pytest.mark.parametrize("row", table("Tokens and roles"), ids=lambda row: row[0])
def test_roles_may_what_the_table_says(row: list[str]) -> None:
    may, *said = row
    (needed,) = [role for start, role in ROLES.items() if may.startswith(start)]
    grants = [Grant("t", role, "somebody", None) for role in get_args(AccessRole)]
    order = ["reporter", "responder", "commander", "monitor", "admin"]
    assert [grant.role for grant in grants] == order
    assert [cell == "yes" for cell in said] == [
        needed is None or grant.may(needed) for grant in grants
    ]


@pytest.mark.parametrize(
    ("method", "path", "role"),
    [
        ("get", "/api/v1/picture", "any"),
        ("post", "/api/v1/cap", "reporter"),
        ("post", "/api/v1/incidents/{id}/triage", "responder"),
        ("post", "/api/v1/alerts/{id}/acknowledge", "responder"),
        ("get", "/api/v1/alerts/stream", "responder"),
        ("get", "/api/v1/incidents/{id}/timeline", "responder"),
        ("post", "/api/v1/volunteers", "commander"),
        ("post", "/api/v1/roll-calls", "commander"),
        ("get", "/api/v1/events", "monitor"),
        ("post", "/api/v1/venues", "admin"),
        ("post", "/api/v1/tokens", "admin"),
    ],
)
def test_endpoints_want_the_role_the_table_says(
    method: str, path: str, role: str, application_of_the_gateway: FastAPI
) -> None:
    operation: dict[str, Any] = application_of_the_gateway.openapi()["paths"][path][method]
    assert operation["x-muster-role"] == role


def test_the_readme_speaks_both_languages_and_stays_short() -> None:
    assert len(re.findall(r"[\u4e00-\u9fff]", section("中文"))) > 100
    assert README.count("\n") < 500
