"""Plans: the winter-games one, and files that are wrong."""

import csv
from pathlib import Path

import pytest

from services.scenario.datafile import DataRefused
from services.scenario.foreign import find_corpus
from services.scenario.plan import load_plan, scenario_names
from services.scenario.script import scripts

GOOD = """
id: fair
title: {zh: 庙会, en: Temple fair}
sites:
  - {id: post, name: {zh: 岗, en: Post}}
venues:
  - {id: gate, site: post, name: {zh: 门, en: Gate}, lat: 39.9, lon: 116, adcode: "110105"}
"""


def test_winter_games_has_three_zones_under_headquarters_and_ten_venues() -> None:
    plan = load_plan("winter-games")
    assert {site.id: site.reports_to for site in plan.sites} == {
        "hq": None, "beijing": "hq", "yanqing": "hq", "zhangjiakou": "hq",
    }  # fmt: skip
    assert len(plan.venues) == 10
    assert {v.id: v.adcode for v in plan.venues_of("yanqing")} == {
        "alpine-ski-centre": "110119",
        "sliding-centre": "110119",
    }
    assert {v.adcode for v in plan.venues_of("zhangjiakou")} == {"130709"}
    assert plan.venue("wukesong").place.lat == 39.91


def test_the_venues_are_those_of_the_facts() -> None:
    corpus = find_corpus()
    facts = corpus.parent / "scenario" / "venues.tsv" if corpus else None
    if facts is None or not facts.is_file():
        pytest.skip("the venue table lies beside the test corpus, which was not found")
    rows = list(csv.DictReader(facts.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
    plan = load_plan("winter-games")
    assert [
        (v.id, v.name.en, v.name.zh, v.site, v.lat, v.lon) for v in plan.venues
    ] == [
        (r["id"], r["name_en"], r["name_zh"], r["site"], float(r["lat"]), float(r["lon"]))
        for r in rows
    ]  # fmt: skip


def test_a_plan_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "fair.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert load_plan(file).venue("gate").name.zh == "门"
    assert load_plan(str(file)) == load_plan(file)
    assert scenario_names() == ["winter-games"]


@pytest.mark.parametrize(
    ("was", "becomes", "field", "zh", "en"),
    [
        ("lat: 39.9", "lat: 399.0", "venues.0.lat", "不得大于 90", "less than or equal to 90"),
        ('"110105"', "110105", "venues.0.adcode", "应为文字", "valid string"),
        ('"110105"', '"1101"', "venues.0.adcode", "格式不符", "match pattern"),
        ("lon: 116,", "", "venues.0.lon", "缺少", "required"),
        ("lon: 116,", "lon: 116, altitude: 3,", "venues.0.altitude", "没有这一项", "not permitted"),
        (
            "lon: 116,",
            "lon: 116, margin_m: -1,",
            "venues.0.margin_m",
            "不得小于 0",
            "than or equal",
        ),
        (
            "lon: 116,",
            "lon: 116, outline: [[39.9, 116], [40, 116.1], [40, 116], [39.9, 116.1]],",
            "venues.0",
            "自相交",
            "crosses or touches itself at 39.95000,116.05000",
        ),
        ("id: gate", "id: a gate", "venues.0.id", "格式不符", "match pattern"),
        ("site: post", "site: pots", "", "没有编号为 pots", "no site pots"),
        ("en: Post}", "en: Post}, reports_to: hq", "", "hq 不存在", "hq, which there is not"),
        ("en: Post}", "en: Post}, reports_to: post", "", "绕成了圈", "reports to itself"),
        ("sites:", "sites: [", "", "不是可用的 YAML", "not usable yaml"),
        ("id: fair", "id: fair\nid: fair", "", "不是可用的 YAML", "not usable yaml"),
        (GOOD, "[]", "", "若干", "object"),
    ],
)
def test_what_is_wrong_is_named_with_file_field_and_reason(
    tmp_path: Path, was: str, becomes: str, field: str, zh: str, en: str
) -> None:
    assert was in GOOD
    file = tmp_path / "fair.yaml"
    file.write_text(GOOD.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(DataRefused) as refused:
        load_plan(file)
    assert refused.value.file == file
    assert refused.value.field == field
    assert zh in refused.value.reason.zh
    assert en in refused.value.reason.en
    assert str(refused.value).startswith(f"read {file}: ")


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "fair.yaml"
    file.write_text(GOOD + GOOD.splitlines()[-1], encoding="utf-8")
    with pytest.raises(DataRefused, match="gate is used more than once"):
        load_plan(file)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(DataRefused, match="there are: winter-games"):
        load_plan("summer-games")


def test_incidents_are_read_as_strictly(tmp_path: Path) -> None:
    file = tmp_path / "incidents.yaml"
    file.write_text(
        "incidents:\n"
        "  - {key: a, title: {zh: 甲, en: a}, at: '08:00', venue: wukesong, category: other,\n"
        "     severity: minor, text: x, steps: [{after: 5, do: assign}, {after: 4, do: accept}]}\n",
        encoding="utf-8",
    )
    with pytest.raises(DataRefused) as refused:
        scripts(file)
    assert refused.value.field == "incidents.0"
    assert "逐步增大" in refused.value.reason.zh
    assert len({script.key for script in scripts()}) == len(scripts()) >= 14


FEEDS = """
feeds:
  - {id: beijing, name: {zh: 北京预警, en: Beijing}, adapter: atom, url: "https://a.example/cap"}
  - {id: office, name: {zh: 推送, en: Pushed}, adapter: push, interval_s: 3600}
"""


def test_a_plan_may_name_feeds(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(GOOD + FEEDS)
    beijing, office = load_plan(file).feeds
    assert (beijing.adapter, beijing.interval_s, office.url) == ("atom", 60, "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: office", "id: beijing"),
        ("https://a.example/cap", "ftp://a.example/cap"),
        ("interval_s: 3600", "interval_s: 1"),
        ("adapter: push", "adapter: pigeon"),
        ("adapter: push", "adapter: folder, url: ../outside"),
    ],
)
def test_a_feed_that_leads_nowhere_is_refused(tmp_path: Path, old: str, new: str) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text((GOOD + FEEDS).replace(old, new))
    with pytest.raises(DataRefused, match="feeds"):
        load_plan(file)
