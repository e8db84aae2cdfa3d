"""What was last known of a person, in words."""

from collections.abc import Sequence

from events.fact import Text
from projections import terms
from projections.moment import Moment
from projections.posts import Known, know
from projections.terms import term

LISTED = 20
"""So many people are told of one by one; of the others there is a number."""


def last_known(moment: Moment, person: str) -> Text:
    """Return who a person is, and where, when and how they were last heard of."""
    known = know(moment, person)
    name = _name(moment, person)
    newest = known.newest
    if newest is None:
        return Text(zh=f"{name.zh}：没有任何消息", en=f"{name.en}: nothing is known")
    state = term(terms.WHEREABOUTS, known.evidence.whereabouts) if known.evidence else _ANSWERED
    method = term(terms.METHOD, newest.method)
    age = _age(moment.age_s(newest.at))
    place = _place(moment, known)
    return Text(
        zh=f"{name.zh}：{age.zh}前{state.zh}{place.zh}（{method.zh}）",
        en=f"{name.en}: {state.en}{place.en}, {age.en} ago ({method.en})",
    )


def last_known_of(moment: Moment, people: Sequence[str]) -> Text:
    """Return what was last known of each of them, the first ones by name."""
    said = [last_known(moment, person) for person in people[:LISTED]]
    more = len(people) - len(said)
    zh = "；".join(text.zh for text in said) + (f"；另有 {more} 人" if more else "")
    en = "; ".join(text.en for text in said) + (f"; and {more} more" if more else "")
    return Text(zh=zh[:4000], en=en[:4000])


_ANSWERED = Text(zh="有应答", en="answered")


def _place(moment: Moment, known: Known) -> Text:
    zh = en = ""
    if known.venue is not None:
        venue = moment.picture.places.venues.get(known.venue)
        name = venue.name if venue else Text(zh=known.venue, en=known.venue)
        going = known.evidence is not None and known.evidence.whereabouts == "on-the-way"
        zh, en = (
            (f"，前往{name.zh}", f" to {name.en}") if going else (f"，{name.zh}", f" at {name.en}")
        )
    if known.newest is not None and known.newest.place is not None:
        spot = f"{known.newest.place.lat:.5f},{known.newest.place.lon:.5f}"
        zh, en = f"{zh}，{spot}", f"{en}, {spot}"
    return Text(zh=zh, en=en)


def _name(moment: Moment, person: str) -> Text:
    volunteer = moment.picture.people.volunteers.get(person)
    if volunteer is None or volunteer.name == person:
        return Text(zh=person, en=person)
    latin = person if volunteer.latin == person else f"{volunteer.latin} ({person})"
    return Text(zh=f"{volunteer.name}（{person}）", en=latin)


def _age(seconds: float) -> Text:
    minutes = int(seconds // 60)
    hours, rest = divmod(minutes, 60)
    if hours:
        return Text(zh=f"{hours} 小时 {rest} 分钟", en=f"{hours} h {rest} min")
    return Text(zh=f"{minutes} 分钟", en=f"{minutes} min")
