"""The volunteers, their names and their shifts."""

import unicodedata
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.roster.entries import words
from services.roster.parse import parse
from services.roster.vocabulary import Place
from services.scenario import names
from services.scenario.day import START, Day
from services.scenario.people import COUNT, HELPED_BY, ROLES
from services.scenario.phases import phases
from services.scenario.plan import load_plan
from services.scenario.stage import Stage
from services.scenario.workbook import FILENAME, workbook

PLAN = load_plan("winter-games")
SEEDS = st.integers(min_value=0, max_value=2**31 - 1)


def stage(seed: int) -> Stage:
    return Stage.of(Day.of(seed, START), PLAN)


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_146_people_with_ids_and_names_of_their_own(seed: int) -> None:
    everyone = stage(seed).people.all
    assert len(everyone) == COUNT == 146
    assert [person.id for person in everyone] == [f"v{n:03}" for n in range(1, 147)]
    assert len({person.name for person in everyone}) == 146
    assert len({person.latin for person in everyone}) == 146
    assert all(person.latin.isascii() and " " in person.latin for person in everyone)
    assert all(2 <= len(person.name) <= 4 for person in everyone)
    assert {person.role for person in everyone} == set(ROLES) - {"support"}


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_every_venue_and_site_has_a_lead_at_home_there(seed: int) -> None:
    set_up = stage(seed)
    for venue in PLAN.venues:
        lead = set_up.people.lead(venue.id)
        assert (lead.venue, lead.site, lead.role) == (venue.id, venue.site, "team-leader")
    for site in PLAN.sites:
        assert set_up.people.lead(site.id).site == site.id
    assert set_up.duty_officer().id == "v001"


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_shifts_never_overlap_and_nobody_serves_more_than_twelve_hours(seed: int) -> None:
    set_up = stage(seed)
    for person in set_up.people.all:
        shifts = set_up.planned.of(person)
        assert all(a.ends_at <= b.starts_at for a, b in pairwise(shifts))
        served = sum((shift.ends_at - shift.starts_at for shift in shifts), timedelta(0))
        assert served <= timedelta(hours=12)
        assert all(shift.venue == person.venue for shift in shifts)
        assert bool(shifts) == (person.site != "hq")
    for venue in PLAN.venues:
        for clock in ("09:00", "16:00", "21:00"):
            assert set_up.rota.on(venue.id, set_up.day.at(clock))


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_three_of_the_afternoon_crew_will_be_missed(seed: int) -> None:
    set_up = stage(seed)
    fates = set_up.fates
    missed = {fates.lost.id, fates.found.id, fates.unlisted.id}
    assert not {fates.lost, fates.found, fates.unlisted} & set_up.casting.everyone()
    assert len(missed) == 3
    on_shift = {p.id for p in set_up.rota.on("alpine-ski-centre", set_up.day.at("13:52"))}
    assert missed < on_shift


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_nobody_has_two_parts_and_the_changed_shifts_keep_every_place(seed: int) -> None:
    set_up = stage(seed)
    cast = set_up.casting
    assert len(cast.everyone()) == 29
    assert not any(person.leads for person in cast.everyone())
    planned, served = set_up.planned.shifts, set_up.rota.shifts
    assert len(served) == len(planned) - 1
    assert set_up.rota.of(cast.sick) == set_up.rota.of(cast.isolated) == ()
    assert set_up.serves_at(cast.stand_in) == "wukesong"
    assert set_up.rota.shift(cast.gives).part == "afternoon"
    assert set_up.rota.shift(cast.takes).part == "night"
    for person in set_up.people.all:
        shifts = set_up.rota.of(person)
        assert all(a.ends_at <= b.starts_at for a, b in pairwise(shifts))


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_everybody_has_a_lead_and_helpers_by_name(seed: int) -> None:
    everyone = stage(seed).people
    names = [person.name for person in (*everyone.all, *everyone.support)]
    assert len(set(names)) == len(names)
    for person in everyone.all:
        lead = everyone.lead_of(person)
        assert (lead is None) == (person.id == "v001")
        assert lead is None or lead.leads
        for lane in HELPED_BY:
            assert lane in everyone.helper(person, lane).lanes


@given(SEEDS)
@settings(max_examples=5, deadline=None)
def test_the_spreadsheet_reads_as_everyone_and_the_mistaken_one_has_two_faults(seed: int) -> None:
    set_up = stage(seed)
    places = words(
        {site.id: site.name for site in PLAN.sites},
        {venue.id: Place(venue.name, venue.site) for venue in PLAN.venues},
        {phase.key: phase.name for phase in phases()},
    )
    read = parse(workbook(set_up, mistaken=False), FILENAME, places, {})
    assert read.problems.sorted("error") == []
    by_id = {entry.id: entry for entry in read.entries}
    for person in (*set_up.people.all, *set_up.people.support):
        entry = by_id[person.id]
        assert (entry.name, entry.role, entry.site) == (person.name, person.role, person.site)
        assert entry.leads == person.leads
        assert entry.lanes == person.lanes
        assert entry.channels is not None
        assert entry.channels[0] == "page"
    served = [entry.phases for entry in read.entries if entry.phases]
    assert len(served) == COUNT
    assert sum("test-events" in phases for phases in served) == 18
    assert all("games" in phases for phases in served)
    wrong = parse(workbook(set_up, mistaken=True), FILENAME, places, {})
    assert [each.code for each in wrong.problems.sorted("error")] == ["unknown-venue", "bad-phone"]


@pytest.mark.parametrize(
    ("syllables", "latin"),
    [
        (("Wang", "jia", "yi"), "Wang Jiayi"),
        (("Ouyang", "zi", "ang"), "Ouyang Zi'ang"),
        (("Tang", "yu", "an"), "Tang Yu'an"),
        (("Chen", "lei"), "Chen Lei"),
    ],
)
def test_names_are_romanised_as_in_a_passport(syllables: tuple[str, ...], latin: str) -> None:
    assert names.romanised(*syllables) == latin


def test_every_character_of_the_tables_is_chinese_and_stands_there_once() -> None:
    for table in (names._SURNAME_ROWS, names._FIRST_ROWS, names._LAST_ROWS):
        assert len({written for written, _ in table}) == len(table)
        for written, latin in table:
            assert all(unicodedata.name(c).startswith("CJK UNIFIED") for c in written)
            assert latin.isascii()
            assert latin.isalpha()
            assert len(written) <= 2
    readings = dict(names._FIRST_ROWS)
    assert {c: r for c, r in names._LAST_ROWS if c in readings and readings[c] != r} == {}


def test_more_names_than_there_are_people_can_be_made() -> None:
    made = names.made_up_names(Random(1), 2000)
    assert len({written for written, _ in made}) == len({latin for _, latin in made}) == 2000
