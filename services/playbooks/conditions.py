"""Conditions and texts of playbooks, in CEL: checked when they are loaded, bounded when they
run.
"""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from cel_expr_python import cel

VARIABLES: Mapping[str, cel.Type] = {
    "event.type": cel.Type.STRING,
    "event.site": cel.Type.STRING,
    "incident.id": cel.Type.STRING,
    "incident.category": cel.Type.STRING,
    "incident.severity": cel.Type.STRING,
    "incident.text": cel.Type.STRING,
    "incident.venue": cel.Type.STRING,
    "incident.person": cel.Type.STRING,
    "incident.category_zh": cel.Type.STRING,
    "incident.category_en": cel.Type.STRING,
    "incident.place": cel.Type.STRING,
    "incident.needs_help": cel.Type.BOOL,
    "incident.opening": cel.Type.STRING,
    "incident.handing": cel.Type.STRING,
    "incident.assigned_to": cel.Type.STRING,
    "person.last_zh": cel.Type.STRING,
    "person.last_en": cel.Type.STRING,
    "journey.id": cel.Type.STRING,
    "journey.origin": cel.Type.STRING,
    "journey.destination": cel.Type.STRING,
    "journey.vehicle": cel.Type.STRING,
    "journey.driver": cel.Type.STRING,
    "journey.missing": cel.Type.STRING,
    "journey.is_overdue": cel.Type.BOOL,
    "journey.alarm": cel.Type.STRING,
    "journey.last_known_zh": cel.Type.STRING,
    "journey.last_known_en": cel.Type.STRING,
    "warning.id": cel.Type.STRING,
    "warning.severity": cel.Type.STRING,
    "warning.colour": cel.Type.STRING,
    "warning.hazard": cel.Type.STRING,
    "warning.headline_zh": cel.Type.STRING,
    "warning.headline_en": cel.Type.STRING,
    "warning.live": cel.Type.BOOL,
    "warning.sender": cel.Type.STRING,
    "warning.rule": cel.Type.STRING,
    "warning.own": cel.Type.BOOL,
    "warning.lowered": cel.Type.BOOL,
    "warning.since": cel.Type.STRING,
    "warning.rises": cel.Type.STRING,
    "warning.begins": cel.Type.STRING,
    "warning.begins_zh": cel.Type.STRING,
    "warning.begins_en": cel.Type.STRING,
    "warning.begins_in_s": cel.Type.INT,
    "warning.text_zh": cel.Type.STRING,
    "warning.text_en": cel.Type.STRING,
    "warning.advice_zh": cel.Type.STRING,
    "warning.advice_en": cel.Type.STRING,
    "warning.certainty": cel.Type.STRING,
    "warning.urgency": cel.Type.STRING,
    "warning.signature": cel.Type.STRING,
    "warning.signer": cel.Type.STRING,
    "warning.feed": cel.Type.STRING,
    "warning.venues": cel.Type.List(cel.Type.STRING),
    "feed.id": cel.Type.STRING,
    "feed.name_zh": cel.Type.STRING,
    "feed.name_en": cel.Type.STRING,
    "feed.down": cel.Type.BOOL,
    "feed.alarm": cel.Type.STRING,
    "feed.alone": cel.Type.BOOL,
    "feed.trouble": cel.Type.STRING,
    "feed.trouble_zh": cel.Type.STRING,
    "feed.trouble_en": cel.Type.STRING,
    "feed.reason_zh": cel.Type.STRING,
    "feed.reason_en": cel.Type.STRING,
    "feed.since": cel.Type.STRING,
    "venue.id": cel.Type.STRING,
    "venue.site": cel.Type.STRING,
    "venue.name_zh": cel.Type.STRING,
    "venue.name_en": cel.Type.STRING,
}
"""What a condition may ask about. What does not apply is empty.

`incident.opening` tells each time that it was opened again from the first, `incident.handing` each
time that somebody gave it to another who has not yet said yes, `journey.alarm` each time that it
was overdue. `person.last_*` is what was last known of those it is about.

`warning.rule` is the rule of Muster's own that raised it out of measurements, `warning.own` whether
one did. `warning.since` tells each time that its level was reached from the others (the moment in
UTC), and `warning.lowered` whether one of Muster's own was a higher one before. `warning.rises`
tells each time that it became severe or worse from the others: its alerts are closed in between.
`warning.begins` is the moment from which what is warned of is expected (in UTC; `_zh` and `_en` are
for people, in the operation's time), `warning.begins_in_s` the whole seconds until then, 0 when it
is past.
"""

_NOTHING: Mapping[str, Any] = {cel.Type.BOOL.name(): False, cel.Type.INT.name(): 0}
_ENVIRONMENT = cel.NewEnv(variables=VARIABLES)
_DEFAULTS: Mapping[str, Any] = {
    name: [] if name == "warning.venues" else _NOTHING.get(kind.name(), "")
    for name, kind in VARIABLES.items()
}
_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")


class Known:
    """What is known of an event, for many expressions; what does not apply is empty."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self.variables = {**_DEFAULTS, **variables}

    @cached_property
    def activation(self) -> cel.Activation:
        """The variables as CEL takes them."""
        return _ENVIRONMENT.Activation(self.variables)


class ConditionError(Exception):
    """An expression does not fit its variables, or failed on what it was given."""


class Expression:
    """A compiled CEL expression of a known type. Raises ConditionError when it does not fit."""

    def __init__(self, source: str, wanted: cel.Type) -> None:
        self.source = source
        self._wanted = wanted
        self._is_variable = source in VARIABLES
        try:
            self._compiled = _ENVIRONMENT.compile(source)
        except RuntimeError as error:
            raise ConditionError(f"compile {source!r}: {error}") from error
        found = self._compiled.return_type()
        if found not in (wanted, cel.Type.DYN):
            raise ConditionError(f"compile {source!r}: is {found.name()}, not {wanted.name()}")

    def evaluate(self, known: Known) -> Any:
        """Return the value for these variables. An error is raised, never taken for "no"."""
        if self._is_variable:
            return known.variables[self.source]
        result = self._compiled.eval(known.activation)
        if result.type() != self._wanted:
            raise ConditionError(f"evaluate {self.source!r}: {result.value()}")
        return result.plain_value()


class Condition(Expression):
    """Yes or no."""

    def __init__(self, source: str) -> None:
        super().__init__(source, cel.Type.BOOL)

    def holds(self, known: Known) -> bool:
        """Tell whether it is true. Raises ConditionError."""
        return bool(self.evaluate(known))


class Template:
    """Text with `${expression}` in it, each of which is a CEL string."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._parts = [
            Expression(part, cel.Type.STRING) if at % 2 else part
            for at, part in enumerate(_PLACEHOLDER.split(source))
        ]

    def fill(self, known: Known) -> str:
        """Return the text with every expression replaced. Raises ConditionError."""
        return "".join(
            str(part.evaluate(known)) if isinstance(part, Expression) else part
            for part in self._parts
        )
