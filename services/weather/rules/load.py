"""Reads rules from files. An error names the file, the rule, the field and the reason."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from services.weather.rules.rule import Rule, RuleFile

LIBRARY = Path(__file__).parent / "library"


class RuleError(ValueError):
    """A rule cannot be used. Names the file, the rule, the field and the reason."""


def load_rules(folder: Path = LIBRARY) -> tuple[Rule, ...]:
    """Read every `*.yaml` in a folder, sorted by the rules' ids. Raises RuleError."""
    if not folder.is_dir():
        raise RuleError(f"load rules from {folder}: there is no such folder")
    rules = [rule for path in sorted(folder.glob("*.yaml")) for rule in load_file(path)]
    ids = [rule.id for rule in rules]
    if twice := sorted({id for id in ids if ids.count(id) > 1}):
        raise RuleError(f"load rules from {folder}: {', '.join(twice)} stands there twice")
    return tuple(sorted(rules, key=lambda rule: rule.id))


def load_file(path: Path) -> tuple[Rule, ...]:
    """Read the rules of one file. Raises RuleError."""
    found: Any = None
    try:
        found = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        return tuple(RuleFile.model_validate(found).complete())
    except ValidationError as error:
        first = error.errors()[0]
        where = _where(first["loc"], found)
        reason = first["msg"].removeprefix("Value error, ")
        raise RuleError(f"load rules {path.name}: {where}: {reason}") from error
    except (YAMLError, OSError, UnicodeDecodeError) as error:
        raise RuleError(f"load rules {path.name}: {error}") from error


def _where(loc: tuple[int | str, ...], found: Any) -> str:
    """Return what is at fault: the rule by its id, where it has one, and the field."""
    if len(loc) > 1 and loc[0] == "rules" and isinstance(loc[1], int):
        rule = found["rules"][loc[1]]
        id = rule.get("id") if isinstance(rule, Mapping) else None
        parts = [f"rule {id or loc[1] + 1}", ".".join(str(part) for part in loc[2:])]
        return ": ".join(part for part in parts if part)
    return ".".join(str(part) for part in loc) or "file"
