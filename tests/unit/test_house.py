"""The house rules that no other tool watches: pins, public files, make, and a core that is pure."""

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINS = ("requirements.txt", "requirements-build.txt", "requirements-dev.txt")

# Put together here, so that this file does not name what it looks for.
REGISTRY_HOSTS = [
    "".join(parts)
    for parts in (
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("registry", ".npmjs"),
        ("npmjs", ".org"),
        ("deb", ".debian.org"),
        ("unpkg", ".com"),
        ("js", "delivr.net"),
        ("cdn", "js.cloudflare"),
        ("crates", ".io"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:work|farm|tmp|home|root|Users)/\w")


def tracked() -> list[Path]:
    """Return the files that git tracks, as they are in the work tree."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    names = listing.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    """Return the tracked files that are text, with what they say."""
    found = []
    for path in tracked():
        try:
            found.append((path.relative_to(ROOT), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue  # a picture
    return found


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_the_host_of_a_registry() -> None:
    assert lines_with(re.compile("|".join(map(re.escape, REGISTRY_HOSTS)))) == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    assert lines_with(MACHINE_PATH) == []


@pytest.mark.parametrize("name", PINS)
def test_every_requirement_is_pinned_with_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text()
    pins = [
        pin
        for pin in re.split(r"\n(?=\S)", text.replace("\\\n", ""))
        if not pin.startswith("#") and pin.strip()
    ]
    assert len(pins) > 5
    assert [
        pin for pin in pins if not re.match(r"[\w.-]+==[\w.]+ .*--hash=sha256:[0-9a-f]{64}", pin)
    ] == []


@pytest.mark.parametrize("name", PINS)
def test_requirements_say_nothing_of_where_they_come_from(name: str) -> None:
    text = (ROOT / name).read_text()
    assert re.findall(r"^\s*--(?!hash).*|\S*://\S*|\S*@ file\S*", text, re.MULTILINE) == []


def test_the_pins_agree_with_one_another() -> None:
    versions: dict[str, set[str]] = {}
    for name in PINS:
        for package, version in re.findall(
            r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE
        ):
            versions.setdefault(package, set()).add(version)
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


def test_the_build_uses_the_versions_that_are_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    pinned = (ROOT / "requirements-build.txt").read_text()
    assert [
        need for need in project["build-system"]["requires"] if f"{need} \\" not in pinned
    ] == []


def test_browser_libraries_are_locked_by_hash_and_not_by_address() -> None:
    lock = json.loads((ROOT / "web/package-lock.json").read_text())
    libraries = {name: library for name, library in lock["packages"].items() if name}
    assert len(libraries) >= 7
    assert [name for name, library in libraries.items() if "resolved" in library] == []
    assert [
        name
        for name, library in libraries.items()
        if not library["integrity"].startswith("sha512-")
    ] == []


def test_every_browser_library_comes_with_its_licence() -> None:
    assets = json.loads((ROOT / "web/assets.json").read_text())
    folders = {target.split("/")[0] for target in assets}
    assert {folder for folder in folders if f"{folder}/LICENSE" not in assets} == set()


def test_the_browser_assets_are_in_place() -> None:
    vendor = ROOT / "services/gateway/static/vendor"
    assets = json.loads((ROOT / "web/assets.json").read_text())
    assert [target for target in assets if not (vendor / target).is_file()] == []


def test_ci_checks_and_tests() -> None:
    script = (ROOT / ".ci/run").read_text().splitlines()
    assert script[-2:] == ["make lint", "make test"]  # together they are all of `make check`
    assert "set -euo pipefail" in script
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_every_command_that_the_readme_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(
        re.findall(r"(?:^|`)(?:\$ )?make ([a-z]+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    )
    assert named - targets == set()
    assert {"demo", "up", "test", "check", "bench", "faults", "requirements", "clean"} <= targets


def test_every_command_is_explained_by_make_help() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    explained = set(re.findall(r"^([a-z]+):.* ## \S", makefile, re.MULTILINE))
    assert targets - explained == set()


def test_the_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    newest = re.search(r"^## \[(\d\S*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest is None or newest[1] == project["version"]


CORE = sorted(
    path
    for pattern in (
        "events/**/*.py",
        "projections/**/*.py",
        "services/*/cap.py",
        "services/*/cap/**/*.py",
        "services/*/commands.py",
        "services/*/decider.py",
        "services/*/process.py",
        "services/*/*/decider.py",
        "services/*/*/process.py",
        "services/*/rules/evaluate.py",
        "services/decider.py",
    )
    for path in ROOT.glob(pattern)
)
IMPURE = {
    "now",
    "today",
    "utcnow",
    "uuid1",
    "uuid4",
    "uuid7",
    "open",
    "read_text",
    "write_text",
    "urandom",
}


def impurities(source: str) -> list[str]:
    """Return where a module waits, looks at a clock, makes an id or touches a file."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
            found.append(f"{node.lineno}: waits")
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in IMPURE:
                found.append(f"{node.lineno}: calls {name}")
    return found


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_waits_for_nothing_and_has_no_clock(path: Path) -> None:
    assert impurities(path.read_text()) == []


def test_the_look_for_impurities_finds_them() -> None:
    assert impurities("def f(x): return x.at") == []
    assert impurities("from datetime import datetime\nat = datetime.now()") == ["2: calls now"]
    assert impurities("async def f(): ...") == ["1: waits"]
    assert impurities("key = uuid4()") == ["1: calls uuid4"]


def test_no_file_grows_past_its_limit() -> None:
    """STYLE: a file of more than 400 lines is two files."""
    long = {str(path): text.count("\n") for path, text in texts() if path.suffix == ".py"}
    assert {name: lines for name, lines in long.items() if lines > 400} == {}
