import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any, ClassVar, get_args

import pytest
from pydantic import BaseModel, ValidationError

import events
from events import catalogue, subjects
from events.catalogue import FACTS, UnknownType, reader, readers_of
from events.fact import Fact, Value
from events.upcasters import UPCASTERS
from tests.samples import SAMPLES

MODULES = [
    importlib.import_module(f"events.{module.name}")
    for module in pkgutil.iter_modules(events.__path__)
]
NOUNS = [module for module in MODULES if hasattr(module, "FACTS") and module is not catalogue]
of_each = pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.wire_type())


def facts_in(module: ModuleType) -> set[type[Fact]]:
    return {
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Fact)
        and value.__module__ == module.__name__
    } - {Fact}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_fact_there_is_stands_in_the_catalogue(module: ModuleType) -> None:
    assert facts_in(module) <= set(FACTS)


@pytest.mark.parametrize("module", NOUNS, ids=lambda module: module.__name__)
def test_a_noun_lists_its_facts_and_its_union_names_them(module: ModuleType) -> None:
    assert set(module.FACTS) == facts_in(module)
    for name, union in vars(module).items():
        if name.endswith("Fact") and name != "Fact" and get_args(union):
            assert set(get_args(union)) <= facts_in(module)


def test_no_two_facts_share_a_type_or_an_address() -> None:
    assert len({fact.wire_type() for fact in FACTS}) == len(FACTS)
    assert len({(fact.NOUN, fact.token()) for fact in FACTS}) == len(FACTS)


@of_each
def test_a_type_says_noun_type_and_version_and_stands_in_a_subject(fact: type[Fact]) -> None:
    assert re.fullmatch(r"muster\.[a-z]+\.[a-z]+(-[a-z]+)*\.v[1-9][0-9]*", fact.wire_type())
    assert subjects.event("s", fact.NOUN, "i", fact.token()).endswith(fact.token())


@of_each
def test_a_fact_has_a_sample_and_a_docstring(fact: type[Fact]) -> None:
    assert [type(sample) for sample in SAMPLES].count(fact) == 1
    assert fact.__doc__


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda fact: fact.wire_type())
def test_a_fact_is_never_edited(sample: Fact) -> None:
    for name in type(sample).model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(sample, name, getattr(sample, name))
    assert hash(sample) == hash(sample.model_copy(deep=True))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda fact: fact.wire_type())
def test_what_a_newer_writer_adds_does_not_stop_an_older_reader(sample: Fact) -> None:
    payload = sample.model_dump(mode="json") | {"added_later": 1}
    assert reader(sample.wire_type())(payload) == sample


@pytest.mark.parametrize("type_", ["", "incident", "muster.incident.reported.v0", "muster.x.y.v1"])
def test_a_type_that_is_in_no_version_of_the_catalogue_is_named(type_: str) -> None:
    with pytest.raises(UnknownType, match=re.escape(repr(type_))):
        reader(type_)


class SmokeSeen(Fact):
    """A made-up fact in its third version: v1 had a place, v2 a floor in words, v3 has a number."""

    NOUN: ClassVar[str] = "smoke"
    TYPE: ClassVar[str] = "seen"
    VERSION: ClassVar[int] = 3
    building: str
    floor: int


def place_to_building(old: dict[str, Any]) -> dict[str, Any]:
    building, _, floor = old["place"].partition("/")
    return {"building": building, "floor": floor}


def floor_to_number(old: dict[str, Any]) -> dict[str, Any]:
    return {**old, "floor": int(old["floor"].removeprefix("F"))}


STEPS = {"muster.smoke.seen.v1": place_to_building, "muster.smoke.seen.v2": floor_to_number}


@pytest.mark.parametrize(
    ("type_", "payload"),
    [
        ("muster.smoke.seen.v1", {"place": "B/F2"}),
        ("muster.smoke.seen.v2", {"building": "B", "floor": "F2"}),
        ("muster.smoke.seen.v3", {"building": "B", "floor": 2}),
    ],
)
def test_every_version_is_read_as_the_newest(type_: str, payload: dict[str, Any]) -> None:
    before = dict(payload)
    assert readers_of((SmokeSeen,), STEPS)[type_](payload) == SmokeSeen(building="B", floor=2)
    assert payload == before


def test_there_is_a_reader_for_each_version_and_no_other() -> None:
    assert set(readers_of((SmokeSeen,), STEPS)) == {f"muster.smoke.seen.v{n}" for n in (1, 2, 3)}


def test_a_missing_step_is_seen_at_start_and_not_at_the_first_old_event() -> None:
    with pytest.raises(KeyError, match=r"muster\.smoke\.seen\.v1"):
        readers_of((SmokeSeen,), {"muster.smoke.seen.v2": floor_to_number})


def test_every_upcaster_starts_from_an_old_version() -> None:
    newest = {fact.wire_type().rpartition(".v")[0]: fact.VERSION for fact in FACTS}
    for wire_type in UPCASTERS:
        name, _, version = wire_type.rpartition(".v")
        assert 1 <= int(version) < newest[name]


PERSONAL = {
    *("phone", "mobile", "tel", "telephone", "email", "mail", "wechat", "address"),
    *("birth", "birthday", "birthdate", "passport", "idcard", "id_number", "identity"),
    *("health", "medical", "medication", "diagnosis", "symptom", "symptoms", "disease", "illness"),
    *("allergy", "allergies", "blood", "pulse", "fever", "temperature"),
    *("mood", "feeling", "stress"),
}
"""Words of field names that only a person's sealed details may have."""

WEATHER = {("observation", "temperature_c")}
"""The temperature of the air is nobody's."""


def fields_of(model: type[BaseModel]) -> Iterator[tuple[str, type[Any]]]:
    """Name every field of a model and of the values inside it."""
    for name, field in model.model_fields.items():
        yield name, model
        for inner in models_in(field.annotation):
            yield from fields_of(inner)


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)


def personal_fields(fact: type[Fact]) -> list[str]:
    return [
        f"{model.__name__}.{name}"
        for name, model in fields_of(fact)
        if (name in PERSONAL or PERSONAL & set(name.split("_")))
        and (fact.NOUN, name) not in WEATHER
    ]


@of_each
def test_no_personal_detail_enters_the_log_in_the_clear(fact: type[Fact]) -> None:
    assert personal_fields(fact) == []


class Card(Value):
    home_phone: str


class FeverSeen(Fact):
    """A made-up fact that must never be."""

    NOUN: ClassVar[str] = "presence"
    TYPE: ClassVar[str] = "fever-seen"
    temperature_c: float
    id_number: str
    cards: tuple[Card, ...] | None = None


def test_a_personal_detail_would_be_found_wherever_it_hides() -> None:
    assert personal_fields(FeverSeen) == [
        "FeverSeen.temperature_c", "FeverSeen.id_number", "Card.home_phone"
    ]  # fmt: skip
