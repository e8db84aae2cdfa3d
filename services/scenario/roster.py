"""The roster and its shifts, entered before dawn by the duty officer."""

from collections.abc import Iterator
from datetime import timedelta

from events.fact import Text
from services.scenario.beat import Beat
from services.scenario.stage import Stage


def roster(stage: Stage) -> Iterator[Beat]:
    """Return the registration of everyone, one list for each site, and then their shifts."""
    for number, site in enumerate(stage.plan.sites):
        listed = [person for person in stage.people.all if person.site == site.id]
        yield Beat(
            id=stage.day.id("roster", site.id),
            at=stage.day.start + timedelta(seconds=5 * number),
            door="volunteers",
            path="/volunteers",
            body=[
                {
                    "command_id": stage.day.id("roster", person.id),
                    "id": person.id,
                    "site": person.site,
                    "name": person.name,
                    "latin": person.latin,
                    "role": person.role,
                    "leads": list(person.leads),
                }
                for person in listed
            ],
            who=stage.duty_officer().id,
            note=Text(
                zh=f"登记{site.name.zh}志愿者 {len(listed)} 人",
                en=f"register {len(listed)} volunteers of the {site.name.en}",
            ),
        )
    yield from _shifts(stage)


def _shifts(stage: Stage) -> Iterator[Beat]:
    planned = [person for person in stage.people.all if stage.rota.of(person)]
    for number, person in enumerate(planned):
        shifts = stage.rota.of(person)
        yield Beat(
            id=stage.day.id("shifts", person.id),
            at=stage.day.at("05:31") + timedelta(seconds=3 * number),
            door="shifts",
            path=f"/volunteers/{person.id}/shifts",
            body=[
                {
                    "command_id": shift.id,
                    "shift": shift.id,
                    "venue": shift.venue,
                    "starts_at": shift.starts_at.isoformat(),
                    "ends_at": shift.ends_at.isoformat(),
                }
                for shift in shifts
            ],
            who=stage.duty_officer().id,
            note=Text(
                zh=f"排班：{person.name}，{len(shifts)} 个班次",
                en=f"plan {len(shifts)} shift(s) for {person.latin}",
            ),
        )
