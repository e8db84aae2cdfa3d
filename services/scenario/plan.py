"""A plan: the sites and venues an operation starts with, as a file that people write."""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from events.fact import Id, Place, Text
from events.feed import Adapter
from services.decider import Rejected
from services.scenario.datafile import DataRefused, read_data
from services.sites.commands import CORNERS_MAX
from services.sites.outline import judged_outline
from services.weather.feeds.address import address_problem

HERE: Final = Path(__file__).resolve().parent
SITES_MAX: Final = 200
VENUES_MAX: Final = 2000
FEEDS_MAX: Final = 100


Latitude: TypeAlias = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude: TypeAlias = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Corner: TypeAlias = tuple[Latitude, Longitude]
"""Latitude and longitude, as in a CAP polygon."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Site(_Entry):
    """A place with a command post of its own. `reports_to` is the site above it."""

    id: Id
    name: Text
    reports_to: Id | None = None


class Venue(_Entry):
    """A venue of a site. Degrees are WGS-84; `adcode` is its GB/T 2260 division, or empty.

    `outline` holds the corners of its ground, if they are known; `margin_m` says how near to its
    ground a warning's area must come to concern it, in metres.
    """

    id: Id
    site: Id
    name: Text
    lat: Latitude
    lon: Longitude
    adcode: Annotated[str, StringConstraints(pattern=r"^([1-9][0-9]{5})?$")] = ""
    outline: Annotated[tuple[Corner, ...], Field(max_length=CORNERS_MAX)] = ()
    margin_m: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] = 0.0

    @model_validator(mode="after")
    def _has_a_ground(self) -> Self:
        try:
            judged_outline(self.id, self.place, self.corners)
        except Rejected as error:
            raise _refusal(zh=error.reason.zh, en=error.reason.en) from error
        return self

    @property
    def corners(self) -> tuple[Place, ...]:
        """Its outline."""
        return tuple(Place(lat=lat, lon=lon) for lat, lon in self.outline)

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(lat=self.lat, lon=self.lon)


class Feed(_Entry):
    """Where warnings come from by themselves; see `FeedRegistered`."""

    id: Id
    name: Text
    adapter: Adapter
    url: Annotated[str, Field(max_length=2000)] = ""
    interval_s: Annotated[int, Field(ge=5, le=86_400)] = 60
    may_be_empty: bool = False
    private: bool = False

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        problem = address_problem(self.adapter, self.url, private=self.private)
        if problem is not None:
            raise _refusal(zh=f"feeds {self.id}：{problem.zh}", en=f"feeds {self.id}: {problem.en}")
        return self


class Plan(_Entry):
    """Sites, then their venues, then the feeds of warnings. Every id is used once; every reference
    leads somewhere.
    """

    id: Id
    title: Text
    sites: Annotated[tuple[Site, ...], Field(min_length=1, max_length=SITES_MAX)]
    venues: Annotated[tuple[Venue, ...], Field(max_length=VENUES_MAX)]
    feeds: Annotated[tuple[Feed, ...], Field(max_length=FEEDS_MAX)] = ()

    def venue(self, id: str) -> Venue:
        """Return the venue of that id; KeyError if there is none."""
        for venue in self.venues:
            if venue.id == id:
                return venue
        raise KeyError(f"find venue {id}: the plan {self.id} has none of that id")

    def venues_of(self, site: str) -> tuple[Venue, ...]:
        """Return the venues of a site, in the plan's order."""
        return tuple(venue for venue in self.venues if venue.site == site)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        _refuse_repeats("sites", (site.id for site in self.sites))
        _refuse_repeats("venues", (venue.id for venue in self.venues))
        _refuse_repeats("feeds", (feed.id for feed in self.feeds))
        above = {site.id: site.reports_to for site in self.sites}
        for site in self.sites:
            _refuse_loops(site.id, above)
        for venue in self.venues:
            if venue.site not in above:
                raise _refusal(
                    zh=f"venues {venue.id}：没有编号为 {venue.site} 的 site",
                    en=f"venues {venue.id}: there is no site {venue.site}",
                )
        return self


def _refuse_repeats(what: str, ids: Iterable[str]) -> None:
    repeated = sorted(one for one, times in Counter(ids).items() if times > 1)
    if repeated:
        raise _refusal(
            zh=f"{what}：编号 {repeated[0]} 用了不止一次",
            en=f"{what}: the id {repeated[0]} is used more than once",
        )


def _refuse_loops(site: str, above: dict[str, str | None]) -> None:
    seen = [site]
    while (higher := above[seen[-1]]) is not None:
        if higher not in above:
            raise _refusal(
                zh=f"sites {seen[-1]}：上级 {higher} 不存在",
                en=f"sites {seen[-1]}: it reports to {higher}, which there is not",
            )
        if higher in seen:
            raise _refusal(
                zh=f"sites {site}：上级关系绕成了圈（{' → '.join([*seen, higher])}）",
                en=f"sites {site}: it reports to itself in the end ({' > '.join([*seen, higher])})",
            )
        seen.append(higher)


def _refusal(*, zh: str, en: str) -> PydanticCustomError:
    return PydanticCustomError("plan", "{en}", {"zh": zh, "en": en})


@cache
def _own(plan: Path) -> Plan:
    return read_data(plan, Plan)


def load_plan(name_or_path: str | Path) -> Plan:
    """Return the plan of a scenario that comes with Muster ("winter-games"), or of a YAML file.

    Raises:
        DataRefused: with the file, the field and the reason in both languages.
    """
    text = str(name_or_path)
    own = HERE / text.replace("-", "_") / "plan.yaml"
    if isinstance(name_or_path, str) and text.replace("-", "").isalnum() and own.is_file():
        return _own(own)
    path = Path(name_or_path)
    if not path.exists():
        known = ", ".join(scenario_names())
        raise DataRefused(
            path,
            "",
            Text(
                zh=f"没有这个文件，也没有这个名字的方案（现有：{known}）",
                en=f"there is no such file, and no plan of that name (there are: {known})",
            ),
        )
    return read_data(path, Plan)


def scenario_names() -> list[str]:
    """Return the names of the scenarios that come with Muster."""
    return sorted(plan.parent.name.replace("_", "-") for plan in HERE.glob("*/plan.yaml"))
