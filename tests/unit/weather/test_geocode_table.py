"""What codes mean: the table that a user brings, and what is said of one that is wrong."""

from pathlib import Path

import orjson
import pytest

from services.weather.cap import CapArea
from services.weather.match import Hit, Matcher, TableRefused, VenueGround, read_table

VENUES = (
    VenueGround("inside", 40.55, 115.8, adcode="110119"),
    VenueGround("hole", 40.525, 115.85, adcode="110119"),
    VenueGround("near", 40.61, 115.8, margin_m=2_000, adcode="110105"),
    VenueGround("far", 39.9, 116.4, adcode="130709"),
)
SQUARE = [[115.7, 40.5], [115.9, 40.5], [115.9, 40.6], [115.7, 40.6], [115.7, 40.5]]
HOLE = [[115.84, 40.52], [115.86, 40.52], [115.86, 40.53], [115.84, 40.53], [115.84, 40.52]]


def feature(name: object = "EMMA_ID", value: object = "DE413", **geometry: object) -> object:
    shape = {"type": "Polygon", "coordinates": [SQUARE, HOLE]} | geometry
    return {"type": "Feature", "properties": {"name": name, "value": value}, "geometry": shape}


def write(folder: Path, name: str, content: str | bytes | object) -> Path:
    file = folder / name
    if isinstance(content, str):
        file.write_text(content, encoding="utf-8")
    else:
        file.write_bytes(content if isinstance(content, bytes) else orjson.dumps(content))
    return file


def collection(*features: object) -> object:
    return {"type": "FeatureCollection", "features": list(features)}


def found(file: Path, *codes: tuple[str, str]) -> dict[str, float]:
    hits = Matcher(VENUES, read_table(file)).affected([CapArea("", geocodes=codes)])
    assert {hit.cause for hit in hits} <= {"geocode"}
    return {hit.venue: hit.distance_m for hit in hits}


def test_a_code_with_an_outline_takes_in_what_lies_there_and_not_what_lies_in_its_hole(
    tmp_path: Path,
) -> None:
    file = write(tmp_path, "places.geojson", collection(feature()))
    hits = found(file, ("EMMA_ID", "DE413"))
    assert hits.keys() == {"inside", "near"}
    assert hits["inside"] == 0
    assert hits["near"] == pytest.approx(1_112, rel=0.01)
    assert found(file, ("EMMA_ID", "DE414")) == found(file, ("NUTS3", "DE413")) == {}
    # A second look is answered from memory, and the same.
    matcher = Matcher(VENUES, read_table(file))
    area = CapArea("", geocodes=(("EMMA_ID", "DE413"),))
    assert matcher.affected([area]) == matcher.affected([area, area])


def test_several_outlines_and_several_files_add_up(tmp_path: Path) -> None:
    elsewhere = [[[116.3, 39.8], [116.5, 39.8], [116.5, 40.0], [116.3, 40.0]]]
    both = feature(type="MultiPolygon", coordinates=[[SQUARE], elsewhere])
    write(tmp_path, "one.json", both)
    assert found(tmp_path, ("emma_id", "de413")).keys() == {"inside", "hole", "near", "far"}
    write(tmp_path, "one.json", feature())
    write(tmp_path, "two.csv", "name,value,venue\nemma-id,DE413,far\n")
    write(tmp_path, "notes.txt", "not read")
    assert found(tmp_path, ("EMMA_ID", " DE413 ")).keys() == {"inside", "near", "far"}


def test_an_outline_with_a_hole_across_the_antimeridian(tmp_path: Path) -> None:
    outer = [[170, -20], [-170, -20], [-170, -10], [170, -10], [170, -20]]
    hole = [[-179, -16], [-178, -16], [-178, -14], [-179, -14], [-179, -16]]
    file = write(tmp_path, "sea.geojson", feature(coordinates=[outer, hole]))
    venues = [VenueGround("sea", -15, 179), VenueGround("island", -15, -178.5)]
    area = CapArea("", geocodes=(("EMMA_ID", "DE413"),))
    assert Matcher(venues, read_table(file)).affected([area]) == (Hit("sea", "geocode", 0.0),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_as_spreadsheets_write_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = ["说明,名称,编码,场馆,行政区划代码", "延庆,UGC,TXZ123,far,", "京,UGC,TXZ124,,1101", ""]
    text = "\r\n".join(lines).replace(",", delimiter)
    file = write(tmp_path, "table.csv", text.encode(encoding))
    assert found(file, ("UGC", "TXZ123")).keys() == {"far"}
    assert found(file, ("ugc", "txz124")).keys() == {"hole", "inside", "near"}


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("SAME", "FIPS6"),
        ("FIPS", "SAME"),
        ("CLC", "layer:EC-MSC-SMC:1.0:CLC"),
        ("CLC", "layer:EC:1.0:CLC"),
        ("profile:CAP-CP:Location:0.3", "profile:CAP-CP:Location:0.4"),
        ("NUTS3", "nuts 3"),
        ("WARNCELLID", "WarnCellID"),
        ("EMMA_ID", "emma_id"),
        ("ISO 3166-2", "urn:oasis:names:tc:emergency:cap:1.2:profile:CAP-AU:1.0:ISO3166-2"),
        ("TargetAreaCode", "TargetAreaCode"),
    ],
)
def test_names_of_one_and_the_same_code(tmp_path: Path, written: str, sent: str) -> None:
    file = write(tmp_path, "table.csv", f"name,value,venue\n{written},048457,far\n")
    assert found(file, (sent, "048457")).keys() == {"far"}
    assert found(file, ("other", "048457")) == {}


def test_a_table_may_say_more_of_a_chinese_code_and_takes_nothing_away(tmp_path: Path) -> None:
    file = write(tmp_path, "table.csv", "name,value,venue\nadcode,110119000000,far\n")
    assert found(file, ("CPEAS Geographic Code", "110119")).keys() == {"far", "hole", "inside"}


def test_without_a_table_and_with_a_venue_that_is_not_registered(tmp_path: Path) -> None:
    assert Matcher(VENUES, read_table(None)).affected(
        [CapArea("", geocodes=(("UGC", "TXZ123"), ("adcode", "130709")))]
    ) == (Hit("far", "geocode", 0.0),)
    file = write(tmp_path, "table.csv", "name,value,venue\nUGC,TXZ123,closed-since\n")
    assert found(file, ("UGC", "TXZ123")) == {}


BAD = [
    ("a.csv", "", 1, "name", "第一行缺少这一列", "the first line lacks this column"),
    ("a.csv", "name,value\n", 1, "venue", "缺少 venue", "neither a column venue nor"),
    ("a.csv", "name,name,value,venue\n", 1, "name", "出现了两次", "is there twice"),
    ("a.csv", "name,value,venue\nUGC,,x\n", 2, "value", "缺少内容", "it is empty"),
    ("a.csv", "name,value,venue\n\nUGC,1\n", 3, "venue", "没有填写", "neither a venue nor"),
    ("a.csv", "name,value,venue\nUGC,1,a b\n", 2, "venue", "'a b'", "not 'a b'"),
    ("a.csv", "name,value,adcode\nUGC,1,11011\n", 2, "adcode", "'11011'", "not '11011'"),
    ("a.csv", b"name,value,venue\nUGC,1,x\n\xff\xff\n", 3, "", "GB 18030", "neither in UTF-8"),
    ("a.json", "{", 0, "", "不是 JSON", "it is no json"),
    ("a.json", [], 0, "type", "FeatureCollection", "must be a FeatureCollection"),
    ("a.json", collection(feature(), 5), 2, "", "应为 Feature", "must be a Feature"),
    ("a.json", {"type": "Feature"}, 1, "properties", "name 和 value", "name and a value"),
    ("a.json", feature(name=""), 1, "properties.name", "应为文字", "must be a text, not ''"),
    ("a.json", feature(value=None), 1, "properties.value", "None", "not None"),
    ("a.json", feature(type="Point"), 1, "geometry", "'Point'", "not 'Point'"),
    ("a.json", feature(coordinates=[]), 1, "geometry.coordinates", "[]", "not empty, not []"),
    (
        "a.json",
        feature(coordinates=[SQUARE, [[115.8, 40.55]]]),
        1,
        "geometry.coordinates[1]",
        "现有 1 个",
        "three different points, not 1",
    ),
    (
        "a.json",
        feature(coordinates=[[*SQUARE[:2], [40.5, 115.7]]]),
        1,
        "geometry.coordinates[0][2]",
        "[经度, 纬度]",
        "[longitude, latitude]",
    ),
    ("a.txt", "name", 0, "", "结尾", "must end in"),
]


@pytest.mark.parametrize(("name", "content", "row", "column", "zh", "en"), BAD)
def test_a_bad_table_is_refused_with_file_row_column_and_reason(
    tmp_path: Path, name: str, content: object, row: int, column: str, zh: str, en: str
) -> None:
    file = write(tmp_path, name, content)
    with pytest.raises(TableRefused) as refused:
        read_table(file)
    error = refused.value
    assert (error.file, error.row, error.column) == (file, row, column)
    assert zh in error.reason.zh
    assert en in error.reason.en
    assert str(file) in str(error)
    assert error.reason.zh in str(error)
    assert error.reason.en in str(error)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(TableRefused, match="no such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(TableRefused, match="the folder has no file"):
        read_table(tmp_path)
