"""What an alert's own rules cannot know: whether somebody still waits for help. Pure."""

from projections.picture import Picture
from services.alerts.commands import CloseAlert
from services.decider import Command, Rejected

_PLAYBOOKS = "service:playbooks"


def guard(picture: Picture, command: Command) -> None:
    """Refuse to close the alert about a call for help that nobody has taken.

    With its alert closed nobody would be told any more, and the person would still wait: the call
    is taken, or its incident is closed, and the alert with it. The playbooks alone close one when
    they have raised another in its place. Raises Rejected.
    """
    if not isinstance(command, CloseAlert) or command.by == _PLAYBOOKS:
        return
    row = picture.alerts.rows.get(command.id)
    if row is None or row.status != "raised" or row.about.kind != "incident":
        return
    incident = row.about.id
    if picture.incidents.calls_within(incident) and picture.incidents.ended_at(incident) is None:
        raise Rejected(
            "call-waits",
            zh=f"关闭警报 {command.id}：求助 {incident} 无人接手，请先接手或关闭该事件",
            en=(
                f"close alert {command.id}: nobody has taken the call for help {incident};"
                " take it, or close the incident"
            ),
            field="id",
        )
