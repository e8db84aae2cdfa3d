"""What an import comes to, as an answer carries it."""

from typing import Any

from services.roster.plan import Change, Plan

LISTED_MAX = 2000
"""Of changes, of people who are not in the file, and of notes; all are counted."""


def show_plan(plan: Plan) -> dict[str, Any]:
    """Return a plan: counts, problems, changes by name of the field, who is not in the file.

    It says which fields change, and of none of them what was or will be in it.
    """
    added = sum(change.kind == "added" for change in plan.changes)
    return {
        "counts": {
            "added": added,
            "changed": len(plan.changes) - added,
            "unchanged": plan.unchanged,
            "absent": len(plan.absent),
            "errors": sum(plan.counted["error"].values()),
            "notes": sum(plan.counted["note"].values()),
        },
        "by_code": {"errors": plan.counted["error"], "notes": plan.counted["note"]},
        "errors": [problem.show() for problem in plan.errors],
        "notes": [problem.show() for problem in plan.notes[:LISTED_MAX]],
        "changes": [_change(change) for change in plan.changes[:LISTED_MAX]],
        "absent": list(plan.absent[:LISTED_MAX]),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "kind": change.kind,
        "name": change.row.name,
        "site": change.row.site,
        "fields": list(change.fields),
    }
