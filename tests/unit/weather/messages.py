"""Messages of every kind for property tests, in the one form that reading brings them to."""

from datetime import datetime, timedelta, timezone
from typing import Any, get_args

from hypothesis import strategies as st

from services.weather.cap import CapArea, CapInfo, CapMessage, CapReference, CapResource, model

_letters = st.characters(categories=("L", "M", "N", "P", "S"))
words = st.text(_letters, min_size=1, max_size=12)
lines = st.lists(words, min_size=1, max_size=4).map(" ".join)
prose = st.lists(lines, min_size=1, max_size=3).map("\n".join)
names = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20)
quotable = lines.filter(lambda text: '"' not in text)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(
    datetime(1971, 1, 1),  # noqa: DTZ001 (hypothesis wants bounds without a zone)
    datetime(2198, 1, 1),  # noqa: DTZ001 (as above)
    timezones=offsets,
).map(lambda time: time.replace(microsecond=0))
degrees = st.integers(-90_000_000, 90_000_000).map(lambda micro: micro / 1e6)
points = st.tuples(degrees, degrees.map(lambda half: half * 2))
rings = st.lists(points, min_size=3, max_size=8, unique=True).map(lambda ring: (*ring, ring[0]))
circles = st.tuples(degrees, degrees, st.integers(0, 20_000).map(float))
pairs = st.tuples(lines, prose)
heights = st.integers(-400, 60_000).map(float)


def some(strategy: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


def one_of(alternatives: object) -> st.SearchStrategy[Any]:
    return st.sampled_from(get_args(alternatives))


areas = st.builds(
    CapArea,
    description=lines,
    polygons=some(rings),
    circles=some(circles),
    geocodes=some(pairs),
    altitude=st.none() | heights,
    ceiling=st.none() | heights,
)
resources = st.builds(
    CapResource,
    description=st.none() | lines,
    mime_type=names,
    uri=st.none() | words,
    size=st.none() | st.integers(0, 10**9),
)
infos = st.builds(
    CapInfo,
    event=lines,
    urgency=one_of(model.Urgency),
    severity=one_of(model.Severity),
    certainty=one_of(model.Certainty),
    language=st.sampled_from(["zh-CN", "en-US", "fr", "es-419"]),
    categories=st.lists(st.sampled_from(model.CATEGORIES), min_size=1, unique=True).map(tuple),
    response_types=st.lists(st.sampled_from(model.RESPONSE_TYPES), unique=True).map(tuple),
    effective=st.none() | times,
    onset=st.none() | times,
    expires=st.none() | times,
    sender_name=st.none() | lines,
    headline=st.none() | lines,
    description=st.none() | prose,
    instruction=st.none() | prose,
    web=st.none() | words,
    contact=st.none() | prose,
    audience=st.none() | lines,
    event_codes=some(pairs),
    parameters=some(pairs),
    resources=some(resources),
    areas=some(areas),
)
references = st.builds(CapReference, sender=names, identifier=names, sent=times)
messages = st.builds(
    CapMessage,
    identifier=names,
    sender=names,
    sent=times,
    status=one_of(model.Status),
    msg_type=one_of(model.MsgType),
    scope=one_of(model.Scope),
    source=st.none() | lines,
    restriction=st.none() | lines,
    addresses=st.none() | lines,
    codes=some(lines),
    note=st.none() | prose,
    references=st.lists(references, max_size=3, unique=True).map(tuple),
    incidents=some(quotable),
    infos=some(infos),
)
