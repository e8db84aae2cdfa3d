"""`muster weather`: feeds, warnings and what is measured."""

import typer

from services.cli import (
    weather_at_words,
    weather_feeds,
    weather_observe_words,
    weather_try_words,
)
from services.cli.language import both
from services.cli.weather_at import at
from services.cli.weather_observe import observe
from services.cli.weather_rules import rules
from services.cli.weather_try import try_

app = typer.Typer(
    no_args_is_help=True, help=both("天气：预警与数据源", "weather: warnings and feeds")
)
app.command("try", help=str(weather_try_words.HELP))(try_)
app.command(
    "rules", help=both("自动预警规则及其现状", "the rules that warn, and where they stand")
)(rules)
app.command("at", help=str(weather_at_words.HELP))(at)
app.command("observe", help=str(weather_observe_words.HELP))(observe)
app.add_typer(
    weather_feeds.app,
    name="feeds",
    help=both("数据源及其状态", "feeds, and how each is"),
)
