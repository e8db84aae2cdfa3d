"""The live page: its words exist in both languages, and it asks nobody but its own server."""

import base64
import hashlib
import json
import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from events.bulletin import BulletinMove
from events.fact import SEVERITIES
from events.feed import Trouble
from events.incident import Category
from events.lane import Lane
from events.presence import Method, Whereabouts
from events.rollcall import Excuse
from events.run import RunStep, RunStepEnded
from events.volunteer import Role
from events.weather import CapStatus, Changed, Colour, Signature
from projections.bulletins import Status as BulletinStatus
from projections.feeds import Health
from projections.incidents import Status
from projections.journeys import Status as JourneyStatus
from projections.warnings import Move

STATIC = Path(__file__).resolve().parents[2] / "services/gateway/static"
MODULES = sorted((STATIC / "app").glob("*.js"))
PAGES = sorted(STATIC.glob("*.html"))
LANGUAGES = ("zh", "en")

# word("severity", x) in the page: which x there are. A value without a word would be shown raw.
FAMILIES = {
    "severity": {*SEVERITIES, "help", "missing", "calm"},
    "colour": {*get_args(Colour)},
    "changed": {*get_args(Changed)},
    "move": {*get_args(Move)},
    "signature": {*get_args(Signature)},
    "cap": {*get_args(CapStatus)},
    "told": {*get_args(BulletinStatus)},
    "outgoing": {*get_args(BulletinMove)},
    "part": {"event", "headline", "description", "instruction", "area"},
    "language": {*LANGUAGES},
    "trouble": {*get_args(Trouble)},
    "feed": {*get_args(Health)},
    "status": {*get_args(Status)},
    "category": {*get_args(Category)},
    "whereabouts": {*get_args(Whereabouts), "planned", "unknown"},
    "method": {*get_args(Method)},
    "role": {*get_args(Role)},
    "action": {*get_args(RunStep.model_fields["action"].annotation)},
    "answer": {"safe", "need-help"},
    "board": {"on", "leaving", "arriving", "missing", "gone", "overdue"},
    "care": {"waiting", "taken"},
    "chased": {"1", "2", "3", "4"},
    "feeling": {"fine", "not-fine", "talk", "fever"},
    "journey": {*get_args(JourneyStatus)},
    "why": {"talk", "not-fine", "fever"},
    "excuse": {*get_args(Excuse)},
    "lane": {*get_args(Lane)},
    "outcome": {*get_args(RunStepEnded.model_fields["outcome"].annotation), "open"},
}


def table(language: str) -> dict[str, str]:
    words = json.loads((STATIC / f"i18n/{language}.json").read_text(encoding="utf-8"))
    assert isinstance(words, dict)
    return words


def source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in MODULES)


def keys_of(code: str) -> set[str]:
    """Return the string literals that have the form of a key: `group.word`."""
    return set(re.findall(r'"([a-z]+\.[a-z]+(?:-[a-z]+)*)"', code))


def family_keys() -> set[str]:
    return {f"{family}.{value}" for family, values in FAMILIES.items() for value in values}


def test_the_look_for_keys_finds_them() -> None:
    code = 't("alerts.none") t(late ? "span.overdue" : "span.due") form="help.since" "./words.js"'
    assert keys_of(code) == {"alerts.none", "span.overdue", "span.due", "help.since"}


def test_both_languages_have_the_same_keys() -> None:
    assert table("zh").keys() == table("en").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_the_page_uses_has_words(language: str) -> None:
    assert keys_of(source()) - table(language).keys() == set()
    assert family_keys() - table(language).keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_kept_that_nothing_uses(language: str) -> None:
    assert table(language).keys() - keys_of(source()) - family_keys() == set()


def test_every_family_the_page_asks_for_is_known_here() -> None:
    assert set(re.findall(r'\bword\("([a-z]+)",', source())) == FAMILIES.keys()


def test_both_languages_name_the_same_values() -> None:
    def placeholders(words: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(words) if name is not None}

    zh, en = table("zh"), table("en")
    assert [key for key in zh if placeholders(zh[key]) != placeholders(en[key])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_empty(language: str) -> None:
    assert [key for key, words in table(language).items() if not words.strip()] == []


def test_chinese_is_chinese_and_english_is_not() -> None:
    def is_chinese(words: str) -> bool:
        return re.search(r"[\u4e00-\u9fff、（）：；]", words) is not None

    assert [key for key, words in table("en").items() if is_chinese(words)] == []
    same = {key for key, words in table("zh").items() if not is_chinese(words)}
    assert same == {"page.name", "weather.temperature", "map.area"}


def test_the_page_names_no_other_server() -> None:
    pages = [*MODULES, *PAGES, *STATIC.glob("*.css")]
    named = [
        (path.name, address)
        for path in pages
        for address in re.findall(r"(?:https?:)?//[\w-]+\.\w+\S*", path.read_text(encoding="utf-8"))
    ]
    assert named == []


def test_nothing_that_was_reported_becomes_markup() -> None:
    unsafe = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert re.findall(unsafe, source()) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_policy_lets_the_import_map_in_and_no_other_inline_script(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    assert len(inline) == 1
    digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}'" in page


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_the_page_loads_is_there(path: Path) -> None:
    loaded = re.findall(r'"(?:\./)?static/([^"]+)"', path.read_text(encoding="utf-8"))
    assert len(loaded) >= 6
    assert [path for path in loaded if not (STATIC / path).is_file()] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_stays_small(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") < 250
