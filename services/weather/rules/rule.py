"""A rule as it is written in YAML: what is measured, from where on it is which colour, and what is
then said.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cached_property
from itertools import pairwise
from string import Template
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from events.fact import Id, Text
from events.weather import Precipitation
from services.weather.rules.measures import MEASURES, Measure

RuleColour: TypeAlias = Literal["blue", "yellow", "orange", "red"]
COLOURS: tuple[RuleColour, ...] = ("blue", "yellow", "orange", "red")
"""From the least to the worst."""
PLACEHOLDERS = frozenset({"venue", "colour", "values", "since", "until"})
"""What a text may hold as `${name}`: the venue's name, the colour, what was measured and against
which threshold, since when, and until when it holds unless measurements confirm it."""
Verdict: TypeAlias = Literal["met", "kept", "gone"]
_Limit: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Threshold(_Part):
    """One measure against one limit. Exactly one of `at_least`, `at_most`, `below`, `is`.

    With `over_h` it is the worst of so many hours (a sum, or a difference, where the measure is
    one).
    """

    measure: Measure
    at_least: _Limit | None = None
    at_most: _Limit | None = None
    below: _Limit | None = None
    is_: Annotated[tuple[Precipitation, ...], Field(alias="is")] = ()
    over_h: Annotated[float, Field(gt=0, le=48)] | None = None

    @property
    def rises(self) -> bool:
        """A greater value is the worse one."""
        return self.at_least is not None

    @property
    def limit(self) -> float:
        """The number it is held against; not for `is`."""
        given = (self.at_least, self.at_most, self.below)
        return next(value for value in given if value is not None)

    @property
    def kind(self) -> tuple[Measure, float | None, bool]:
        """What must be the same of two thresholds for one to be stricter than the other."""
        return self.measure, self.over_h, self.rises

    def judge(self, value: float | str, margin: float) -> Verdict:
        """Tell whether a value meets it, no longer does but is within the margin, or is gone."""
        if isinstance(value, str):
            return "met" if value in self.is_ else "gone"
        if self._met(value, 0.0):
            return "met"
        return "kept" if self._met(value, margin) else "gone"

    def _met(self, value: float, margin: float) -> bool:
        if self.at_least is not None:
            return value >= self.at_least - margin
        if self.at_most is not None:
            return value <= self.at_most + margin
        return value < self.limit + margin

    @model_validator(mode="after")
    def _one_limit(self) -> "Threshold":
        given = [
            name for name in ("at_least", "at_most", "below") if getattr(self, name) is not None
        ]
        given += ["is"] * bool(self.is_)
        if len(given) != 1:
            said = ", ".join(given) or "none"
            raise ValueError(f"needs one of at_least, at_most, below and is, has {said}")
        if (self.measure == "precipitation") != bool(self.is_):
            raise ValueError("`is` goes with precipitation, and precipitation with `is`")
        if MEASURES[self.measure].needs_hours and self.over_h is None:
            raise ValueError(f"{self.measure} needs over_h")
        if self.is_ and self.over_h is not None:
            raise ValueError("precipitation has no over_h")
        return self


class Level(_Part):
    """`any`: each threshold is enough by itself. `all`: they must be met together."""

    any: tuple[Threshold, ...] = ()
    all: tuple[Threshold, ...] = ()

    @property
    def units(self) -> tuple[tuple[Threshold, ...], ...]:
        """The conjunctions, each of which is enough."""
        return tuple((one,) for one in self.any) if self.any else (self.all,)

    @model_validator(mode="after")
    def _has_thresholds(self) -> "Level":
        if bool(self.any) == bool(self.all):
            raise ValueError("needs either any or all, with thresholds in it")
        return self


class Texts(_Part):
    """What the warning says. `lifted` is said when it is over."""

    headline: Text
    description: Text
    instruction: Text
    lifted: Text

    @model_validator(mode="after")
    def _fills(self) -> "Texts":
        for name in ("headline", "description", "instruction", "lifted"):
            for language in ("zh", "en"):
                template = Template(getattr(getattr(self, name), language))
                if not template.is_valid():
                    raise ValueError(f"{name}.{language}: a $ must begin ${{name}}, or be $$")
                if unknown := set(template.get_identifiers()) - PLACEHOLDERS:
                    known = ", ".join(sorted(PLACEHOLDERS))
                    raise ValueError(f"{name}.{language}: no {sorted(unknown)}, there is {known}")
        return self


class Rule(_Part):
    """From which measurements on it warns, and when it lowers the level again."""

    id: Id
    hazard: Id
    name: Text
    levels: Annotated[dict[RuleColour, Level], Field(min_length=1)]
    lower_below: Mapping[Measure, Annotated[float, Field(ge=0, allow_inf_nan=False)]]
    """How far past its limit a measure must be before it counts as gone, in its own unit."""
    hold_for_min: Annotated[int, Field(ge=0, le=1440)]
    """How long it must have been gone, by measurements, before the level is lowered."""
    holds_h: Annotated[float, Field(ge=0.5, le=48)]
    """How long it holds after the last measurement that confirmed it."""
    consecutive: Annotated[int, Field(ge=1, le=6)] = 1
    """So many slots of ten minutes in a row must meet a level, at one station, to raise it."""
    texts: Texts
    scale: Text = Text(zh="", en="")
    source: str = ""

    @property
    def hold_for(self) -> timedelta:
        """`hold_for_min` as a duration."""
        return timedelta(minutes=self.hold_for_min)

    @property
    def holds(self) -> timedelta:
        """`holds_h` as a duration."""
        return timedelta(hours=self.holds_h)

    @cached_property
    def colours(self) -> tuple[RuleColour, ...]:
        """Its levels, from the least to the worst."""
        return tuple(colour for colour in COLOURS if colour in self.levels)

    @cached_property
    def fields(self) -> frozenset[str]:
        """What a measurement must say something of to concern the rule."""
        return frozenset(MEASURES[one.measure].field for one in self.thresholds())

    def thresholds(self) -> Iterator[Threshold]:
        """Yield every threshold, from the least level to the worst."""
        for colour in COLOURS:
            if (level := self.levels.get(colour)) is not None:
                yield from (*level.any, *level.all)

    def margin(self, threshold: Threshold) -> float:
        """Return how far past its limit a threshold is given up."""
        return self.lower_below.get(threshold.measure, 0.0)

    @model_validator(mode="after")
    def _margins(self) -> "Rule":
        wanted = {one.measure for one in self.thresholds() if not one.is_}
        if missing := wanted - self.lower_below.keys():
            raise ValueError(f"lower_below: says nothing of {', '.join(sorted(missing))}")
        if odd := self.lower_below.keys() - wanted:
            raise ValueError(f"lower_below: no level asks about {', '.join(sorted(odd))}")
        return self

    @model_validator(mode="after")
    def _worsens(self) -> "Rule":
        for lower, higher in pairwise(self.colours):
            strict = {one.kind: one for one in self.levels[lower].any if not one.is_}
            for one in self.levels[higher].any:
                other = strict.get(one.kind)
                if other is not None and not _stricter(one, other):
                    raise ValueError(
                        f"levels.{higher}: {one.measure} {one.limit:g} is met no later than "
                        f"{lower}'s {other.limit:g}"
                    )
        return self


class RuleFile(_Part):
    """The rules of one scale. A colour means something only on its own scale, so it is named."""

    scale: Text
    source: Annotated[str, Field(min_length=1)]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=100)]

    def complete(self) -> Iterator[Rule]:
        """Yield each rule with its scale and source."""
        for rule in self.rules:
            yield rule.model_copy(update={"scale": self.scale, "source": self.source})


def _stricter(one: Threshold, other: Threshold) -> bool:
    return one.limit > other.limit if one.rises else one.limit < other.limit


def as_json(rule: Rule) -> dict[str, Any]:
    """Return a rule as it is shown: what it needs, in words that programs read."""
    return rule.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {
        "scale": rule.scale.model_dump(),
        "source": rule.source,
    }
