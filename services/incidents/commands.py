"""What may be asked about an incident."""

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field, StringConstraints

from events.fact import Id, Line, Place, Severity, Words
from events.incident import Category
from services.decider import Command

Said: TypeAlias = Annotated[str, StringConstraints(max_length=4000, pattern=r"\S")]
"""What a person wrote, and it says something."""


class _Incident(Command):
    KIND: ClassVar[str] = "incident"


class ReportIncident(_Incident):
    type: Literal["report-incident"] = "report-incident"
    category: Category
    severity: Severity
    text: Words
    venue: Id | None = None
    place: Place | None = None
    person: Id | None = None


class TriageIncident(_Incident):
    type: Literal["triage-incident"] = "triage-incident"
    severity: Severity
    category: Category


class AssignIncident(_Incident):
    """`to` is a person's id, or a team or a post with its prefix: `team:snow`, `post:yanqing`."""

    type: Literal["assign-incident"] = "assign-incident"
    to: Line


class AcceptIncident(_Incident):
    type: Literal["accept-incident"] = "accept-incident"


class TakeIncident(_Incident):
    """Give it to oneself and say yes at once: whoever asks owns it, unless somebody else does."""

    type: Literal["take-incident"] = "take-incident"


class ContainIncident(_Incident):
    type: Literal["contain-incident"] = "contain-incident"
    note: Words = ""


class ResolveIncident(_Incident):
    type: Literal["resolve-incident"] = "resolve-incident"
    note: Words = ""


class CloseIncident(_Incident):
    type: Literal["close-incident"] = "close-incident"
    note: Words = ""


class ReopenIncident(_Incident):
    type: Literal["reopen-incident"] = "reopen-incident"
    reason: Said


class MergeIncident(_Incident):
    type: Literal["merge-incident"] = "merge-incident"
    into: Id


class NoteIncident(_Incident):
    type: Literal["note-incident"] = "note-incident"
    text: Said


IncidentCommand: TypeAlias = Annotated[
    ReportIncident
    | TriageIncident
    | AssignIncident
    | AcceptIncident
    | TakeIncident
    | ContainIncident
    | ResolveIncident
    | CloseIncident
    | ReopenIncident
    | MergeIncident
    | NoteIncident,
    Field(discriminator="type"),
]
