"""What a report or a document was answered, in words: why it was rejected, and what was noted."""

from typing import Any

from services.cli import words
from services.cli.client import error_of
from services.cli.language import Said, read


def rejection(body: Any, said: Said = words.REJECTED, **values: object) -> Said:
    """Return why a report or a document was rejected, with the field where it is known."""
    error = error_of(body)
    field = f"{error.field}: " if error.field else ""
    why = error.reason or Said(error.code or "?", error.code or "?")
    return said.fill(field=field, why=why, **values)


def note_text(note: Any) -> str:
    """Return a note that came with an acceptance, in whatever form it is."""
    if isinstance(note, dict):
        return read(note.get("reason") or note.get("text") or {"en": str(note)})
    return str(note)
