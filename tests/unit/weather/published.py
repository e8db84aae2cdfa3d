"""Contents of bulletins of every kind, and what goes out of them."""

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from events.bulletin import BulletinMove, Content
from events.fact import Text
from events.weather import WarningArea
from services.weather.publishing.content import closed, fault_of
from services.weather.publishing.message import Letterhead
from tests.moments import NOON

_LETTERS = st.characters(
    exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"), exclude_characters="\ufffe\uffff"
)
_CHINESE = st.text(
    "延庆区气象台发布暴雪橙色预警信号未来六小时降雪量将达十毫米以上，。「」“”、", min_size=1
)
_AWKWARD = st.sampled_from(
    ["<b>&amp;</b>", "\"quoted\" 'text'", "]]>", "🌨️❄️ 雪", "a\u0301", "１２３", "007", "1e3", "true"]
)


def words(max_size: int) -> st.SearchStrategy[str]:
    """Texts with something to read in them, in whatever letters."""
    one = st.one_of(_CHINESE, _AWKWARD, st.text(_LETTERS, min_size=1))
    some = st.lists(one, min_size=1, max_size=4).map("".join)
    return some.map(lambda text: text.strip()[:max_size].strip()).filter(bool)


def texts(max_size: int) -> st.SearchStrategy[Text]:
    return st.builds(Text, zh=words(max_size), en=words(max_size))


_LONG = st.builds(
    lambda text, times: Text(zh=(text.zh * times)[:4000], en=(text.en * times)[:4000]),
    texts(80),
    st.sampled_from([1, 1, 1, 60]),
).map(lambda text: Text(zh=text.zh.strip(), en=text.en.strip()))

_PARAGRAPHS = st.one_of(_LONG, st.just(Text(zh="一行\n\n二行\t三", en='one\n "two"\r\nthree')))
_LAT = st.floats(-89, 89).map(lambda n: round(n, 5))
_LON = st.floats(-179, 179).map(lambda n: round(n, 5))
_POINT = st.tuples(_LAT, _LON)
_RING = (
    st.lists(_POINT, min_size=3, max_size=5, unique=True)
    .map(tuple)
    .filter(lambda ring: fault_of(ring) is None and spans_little(ring))
)


def spans_little(ring: tuple[tuple[float, float], ...]) -> bool:
    """Tell whether an outline lies on one side of the antimeridian."""
    return max(lon for _, lon in ring) - min(lon for _, lon in ring) < 180


_CIRCLE = st.tuples(_LAT, _LON, st.floats(0.1, 500).map(lambda n: round(n, 3)))
_CODE = st.tuples(words(20), words(20))
areas = st.one_of(
    st.builds(WarningArea, description=words(20), polygons=st.tuples(_RING)),
    st.builds(WarningArea, description=words(20), circles=st.tuples(_CIRCLE)),
    st.builds(WarningArea, description=words(20), geocodes=st.lists(_CODE, min_size=1, max_size=3)),
    st.builds(
        WarningArea, description=words(20), circles=st.tuples(_CIRCLE), geocodes=st.tuples(_CODE)
    ),
)
contents = st.builds(
    Content,
    event=texts(100),
    headline=texts(160),
    description=_PARAGRAPHS,
    instruction=st.one_of(st.just(Text(zh="", en="")), _PARAGRAPHS),
    category=st.sampled_from(["Met", "Geo", "Safety", "CBRNE", "Other"]),
    severity=st.sampled_from(["minor", "moderate", "severe", "extreme", "unknown"]),
    urgency=st.sampled_from(["Immediate", "Expected", "Future", "Past", "Unknown"]),
    certainty=st.sampled_from(["Observed", "Likely", "Possible", "Unlikely", "Unknown"]),
    colour=st.sampled_from([None, "white", "blue", "yellow", "orange", "red"]),
    response=st.sampled_from([None, "AllClear"]),
    onset=st.sampled_from([None, NOON, NOON - timedelta(days=1)]),
    expires=st.integers(1, 10**6).map(lambda s: NOON + timedelta(seconds=s)),
    area=texts(300),
    areas=st.lists(areas, min_size=1, max_size=3).map(tuple),
    status=st.sampled_from(["Actual", "Exercise", "System", "Test", "Draft"]),
    web=st.sampled_from(["", "https://example.org/雪?a=1&b=2".replace("雪", "%E9%9B%AA")]),
    contact=st.sampled_from(["", "值班室 010-12345 <duty@example.org>"]),
)
moves: st.SearchStrategy[BulletinMove] = st.sampled_from(["issue", "update", "cancel"])
zones = st.integers(-14 * 4, 14 * 4).map(lambda q: timezone(timedelta(minutes=15 * q)))


def letterhead(zone: timezone, move: BulletinMove = "issue", sent: datetime = NOON) -> Letterhead:
    hour_ago, minute_ago = (
        (NOON - ago).astimezone(zone) for ago in (timedelta(hours=1), timedelta(minutes=1))
    )
    earlier = (("cap@example.org", "muster-b1-1", hour_ago),)
    second = ("cap@example.org", "muster-b1-2", minute_ago)
    references = () if move == "issue" else (*earlier, second)
    return Letterhead("cap@example.org", "muster-b1-3", sent, zone, references)


def rings_of(content: Content) -> list[tuple[tuple[float, float], ...]]:
    """The outlines of a content as they go out: closed, each once."""
    return list(dict.fromkeys(closed(ring) for area in content.areas for ring in area.polygons))
