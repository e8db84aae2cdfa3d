"""What the story's stations measure is what its people answer: in every story, and nothing more."""

from datetime import datetime, timedelta

from events.envelope import Event
from events.weather import WeatherObserved
from projections.measured import Measured
from services.scenario.beat import Story
from services.scenario.references import references
from services.scenario.story import story
from services.weather.rules.evaluate import evaluate
from services.weather.rules.load import load_rules

RULES = load_rules()
_FIELDS = set(WeatherObserved.model_fields)


def observations(of: Story) -> list[Event]:
    found = []
    for beat in of.beats:
        for said in beat.reports():
            if said.get("kind") == "weather" and beat.expect == "accepted":
                fact = WeatherObserved(**{k: v for k, v in said.items() if k in _FIELDS})
                at = datetime.fromisoformat(said["at"])
                found.append(
                    Event(
                        said["id"], "yanqing", "observation", said["venue"], fact, at, at,
                        "desk", "c", "c", device=said.get("device"),
                    )
                )  # fmt: skip
    return sorted(found, key=lambda event: event.occurred_at)


def orange_since(of: Story) -> dict[tuple[str, str], datetime]:
    """When each rule first was orange, or worse, at each venue."""
    measured = Measured()
    found: dict[tuple[str, str], datetime] = {}
    for event in observations(of):
        measured.apply(event)
        for rule in RULES:
            wanted = evaluate(rule, measured.of(event.key), None, event.occurred_at)
            assert wanted.colour != "red"
            if wanted.colour == "orange":
                found.setdefault((rule.id, event.key), event.occurred_at)
    return found


def answers(of: Story) -> dict[tuple[str, str], datetime]:
    """When the alert about a rule at a venue is acknowledged."""
    return {
        (reference.name.removeprefix("rule-"), reference.venue): beat.at
        for beat in of.beats
        for reference in references(beat.path)
        if reference.name.startswith("rule-")
    }


def test_in_every_story_what_is_measured_is_answered_in_time_and_once_by_the_site() -> None:
    for seed in (1, 7, 42, 2022, 99_999):
        of = story(seed)
        raised, answered = orange_since(of), answers(of)
        assert raised.keys() == answered.keys(), seed
        waited = {key: answered[key] - raised[key] for key in raised}
        late = {key for key, span in waited.items() if span > timedelta(minutes=15)}
        assert late == {("visibility", "ski-jumping-centre")}, seed
        assert all(timedelta(0) < span < timedelta(minutes=45) for span in waited.values())
