"""Who acts: a person, or one of our own services and playbooks."""

_MACHINES = ("service:", "playbook:")


def is_person(by: str) -> bool:
    """Tell whether `by` names a person; services and playbooks act as `service:x`, `playbook:x`."""
    return not by.startswith(_MACHINES)
