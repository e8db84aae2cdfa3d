"""Who needs help, kept up to date: what `calls.calls_for_help` says, without looking at every
incident each time it is asked.
"""

from collections.abc import Iterable

from events.envelope import Event
from projections.calls import Call, call_of, unheard_call
from projections.picture import Picture


class Callers:
    """An index beside a picture. `touch` notes what an event may have changed, `refresh` looks."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self.by_person: dict[str, list[Call]] = {}
        """The calls of each person who is named in one, those of incidents first."""
        self.open: dict[str, Call] = {}
        """The calls that are not over, by `incident/<id>` or `person/<id>`."""
        self._calls: dict[str, Call] = {}
        self._incidents_of: dict[str, dict[str, None]] = {}
        self._merged: dict[str, str] = {}
        self._merged_here: dict[str, set[str]] = {}
        self._incidents: set[str] = set()
        self._people: set[str] = set()
        self._new = True

    def touch(self, event: Event) -> None:
        """Note an event that the picture has folded."""
        if self._new:
            return
        if event.kind == "incident":
            self._incidents.add(event.key)
        elif event.kind == "presence":
            self._people.add(event.key)

    def refresh(self) -> set[str]:
        """Look at what may have changed; return the people whose calls did."""
        if self._new:
            self._new = False
            self._incidents = set(self._picture.incidents.rows)
            self._people = set(self._picture.people.pleas)
        if self._incidents:
            self._look_at_incidents()
        pleas = self._picture.people.pleas
        changed = {
            person
            for person in self._people
            if (person in pleas or person in self._incidents_of) and self._look_at_person(person)
        }
        self._people = set()
        return changed

    def _look_at_incidents(self) -> None:
        rows = self._picture.incidents.rows
        for id in self._incidents:
            if row := rows.get(id):
                self._note_merge(id, row.merged_into)
        for id in self._with_merged(self._incidents):
            row = rows.get(id)
            if row is None or not row.needs_help:
                continue
            call = call_of(self._picture.incidents, id, row)
            if call == self._calls.get(id):
                continue
            self._calls[id] = call
            self._set_open(f"incident/{id}", call)
            if call.person is not None:
                self._incidents_of.setdefault(call.person, {})[id] = None
                self._people.add(call.person)
        self._incidents = set()

    def _note_merge(self, id: str, into: str | None) -> None:
        before = self._merged.pop(id, None)
        if before is not None:
            self._merged_here[before].discard(id)
        if into is not None:
            self._merged[id] = into
            self._merged_here.setdefault(into, set()).add(id)

    def _with_merged(self, ids: Iterable[str]) -> set[str]:
        """Return incidents and all that were merged into them: they end when these do."""
        found: set[str] = set()
        waiting = list(ids)
        while waiting:
            id = waiting.pop()
            if id not in found:
                found.add(id)
                waiting.extend(self._merged_here.get(id, ()))
        return found

    def _look_at_person(self, person: str) -> bool:
        calls = [self._calls[id] for id in self._incidents_of.get(person, ())]
        plea = self._picture.people.pleas.get(person)
        unheard = unheard_call(person, plea, calls) if plea else None
        self._set_open(f"person/{person}", unheard)
        if unheard is not None:
            calls.append(unheard)
        if calls == self.by_person.get(person, []):
            return False
        self.by_person[person] = calls
        return True

    def _set_open(self, key: str, call: Call | None) -> None:
        if call is not None and call.until is None:
            self.open[key] = call
        else:
            self.open.pop(key, None)
