"""A lane for each kind of channel, and for each host of plain HTTP: made when it is needed."""

from collections.abc import Awaitable, Callable, Mapping

from services.notifier.channels import AppriseChannel, Channel, HttpChannel, Letter
from services.notifier.lane import Job, Lane
from services.notifier.process import Pace, switched_on
from services.settings import Settings

_LANES_MAX = 500
"""From then on the hosts of one scheme share a lane."""
_NOWHERE = ("", "")
_NOWHERE_WIDTH = 64


class Lanes:
    """All lanes of a process. Raises ValueError for a setting that cannot be read."""

    def __init__(self, settings: Settings, work: Callable[[Job], Awaitable[None]]) -> None:
        limits = settings.limits
        self.on: Mapping[str, Pace] = switched_on(
            settings.channels, Pace(limits.sends_at_once, limits.sends_per_s)
        )
        """What may be used, by the scheme of its addresses."""
        self._timeout_s = limits.send_timeout_s
        self._work = work
        self._lanes: dict[tuple[str, str], Lane] = {}
        self._channels: dict[tuple[str, str], Channel] = {}

    def __len__(self) -> int:
        """How many jobs wait or are being done."""
        return sum(map(len, self._lanes.values()))

    def put(self, name: tuple[str, str] | None, urgency: int, job: Job) -> None:
        """Queue a job in its lane; in none there is nothing to send."""
        self._lane(name or _NOWHERE).put(urgency, job)

    async def send(self, name: tuple[str, str], address: str, letter: Letter) -> None:
        """Send when it is its turn. Raises SendFailed, MaybeSent."""
        await self._lane(name).pace()
        await self._channels[self._known(name)].send(address, letter)

    async def stop(self, grace_s: float) -> None:
        """Begin nothing more; let what is under way end within `grace_s` seconds."""
        for lane in self._lanes.values():
            await lane.stop(grace_s)
        for channel in self._channels.values():
            await channel.close()

    def _known(self, name: tuple[str, str]) -> tuple[str, str]:
        return name if name in self._lanes or len(self._lanes) < _LANES_MAX else (name[0], "")

    def _lane(self, name: tuple[str, str]) -> Lane:
        name = self._known(name)
        lane = self._lanes.get(name)
        if lane is None:
            lane = self._lanes[name] = self._made(name)
        return lane

    def _made(self, name: tuple[str, str]) -> Lane:
        if name == _NOWHERE:
            return Lane(_NOWHERE_WIDTH, 1.0, self._work)
        pace = self.on[name[0]]
        kind = HttpChannel if name[0] in ("http", "https") else AppriseChannel
        self._channels[name] = kind(pace.width, self._timeout_s)
        return Lane(pace.width, pace.rate_per_s, self._work)
