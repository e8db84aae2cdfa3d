"""`muster weather observe`: sends what somebody measured, or METAR."""

import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli import weather_observe_words as said
from services.cli import words
from services.cli.answered import rejection
from services.cli.choices import Precipitation
from services.cli.client import Answer, error_of
from services.cli.failure import Exit, Failure
from services.cli.language import Said
from services.cli.session import Session, connected
from services.cli.times import moment

_VALUE = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([^\s\d].*)?")
_SNOWFALL = re.compile(r"(\d+(?:\.\d+)?)\s*(?:mm)?\s*/\s*(\d+(?:\.\d+)?)\s*h?")
_UNITS = {
    "temperature": "C",
    "wind": "m/s",
    "gust": "m/s",
    "visibility": "m",
    "snow_depth": "cm",
    "road": "C",
    "dew_point": "C",
    "humidity": "%",
    "pressure": "hPa",
}

_Measure = str | None


def _measure(name: str) -> Any:
    return typer.Option(metavar="VALUE", help=str(said.MEASURES[name]))


@connected
def observe(  # noqa: PLR0913  # one parameter an option
    session: Session,
    venue: Annotated[
        str | None, typer.Argument(metavar="VENUE", help=str(said.VENUE), show_default=False)
    ] = None,
    *,
    temperature: Annotated[_Measure, _measure("temperature")] = None,
    wind: Annotated[_Measure, _measure("wind")] = None,
    gust: Annotated[_Measure, _measure("gust")] = None,
    visibility: Annotated[_Measure, _measure("visibility")] = None,
    snow_depth: Annotated[_Measure, _measure("snow_depth")] = None,
    road: Annotated[_Measure, _measure("road")] = None,
    dew_point: Annotated[_Measure, _measure("dew_point")] = None,
    humidity: Annotated[_Measure, _measure("humidity")] = None,
    pressure: Annotated[_Measure, _measure("pressure")] = None,
    snowfall: Annotated[
        str | None, typer.Option(metavar="MM/HOURS", help=str(said.SNOWFALL))
    ] = None,
    precipitation: Annotated[
        Precipitation | None, typer.Option(help=str(said.PRECIPITATION))
    ] = None,
    text: Annotated[str | None, typer.Option(help=str(said.TEXT))] = None,
    at: Annotated[str | None, typer.Option(metavar="TIME", help=str(said.AT))] = None,
    id: Annotated[str | None, typer.Option(help=str(said.ID))] = None,
    metar: Annotated[
        Path | None, typer.Option(metavar="FILE", allow_dash=True, help=str(said.METAR))
    ] = None,
) -> int:
    """Send what was measured at a venue."""
    values = {
        "temperature": temperature,
        "wind": wind,
        "gust": gust,
        "visibility": visibility,
        "snow_depth": snow_depth,
        "road": road,
        "dew_point": dew_point,
        "humidity": humidity,
        "pressure": pressure,
    }
    more = {
        "snowfall": _snowfall(snowfall),
        "precipitation": precipitation,
        "text": text,
        "at": moment(at, "--at"),
        "id": id,
    }
    measured: dict[str, Any] = {
        name: _value(name, value) for name, value in values.items() if value is not None
    }
    measured |= {name: value for name, value in more.items() if value is not None}
    if metar is not None:
        if measured:
            raise typer.BadParameter(str(said.ONE_WAY), param_hint="--metar")
        return _send_metar(session, _read(metar), venue)
    if venue is None:
        raise typer.BadParameter(str(said.NEEDS_VENUE), param_hint="VENUE")
    answer = session.client.post(
        "/observations", {"venue": venue, **measured}, repeatable=True, takes=(422,)
    )
    return _tell(session, answer.body, [answer.body])


def _send_metar(session: Session, body: bytes, venue: str | None) -> int:
    answer: Answer = session.client.post_bytes(
        "/observations",
        body,
        "text/plain",
        takes=(422,),
        query={"venue": venue} if venue else None,
    )
    results = answer.body.get("results") if isinstance(answer.body, dict) else None
    return _tell(session, answer.body, results if results is not None else [answer.body])


def _tell(session: Session, document: Any, results: list[dict[str, Any]]) -> int:
    lines: list[str] = []
    for result in results:
        if result.get("status") != "accepted":
            lines.append(str(rejection(result)))
            continue
        lines.append(str(said.ACCEPTED.fill(seq=result["seq"], venue=result["venue"])))
        lines += [str(_left_out(note)) for note in result.get("notes") or ()]
    session.answer(document, *lines)
    refused = any(result.get("status") != "accepted" for result in results)
    return Exit.REJECTED if refused else Exit.OK


def _left_out(note: dict[str, Any]) -> Said:
    error = error_of(note)
    return said.LEFT_OUT.fill(field=error.field or "-", why=error.reason or error.code)


def _value(name: str, value: str) -> str:
    """Return a value as it is sent: with the unit it was written with, or else with the usual."""
    found = _VALUE.fullmatch(value.strip())
    if found is None:
        reason = said.NOT_A_MEASURE.fill(value=repr(value))
        raise typer.BadParameter(str(reason), param_hint=f"--{name.replace('_', '-')}")
    return f"{found[1]} {found[2] or _UNITS[name]}"


def _snowfall(value: str | None) -> dict[str, Any] | None:
    if value is None:
        return None
    found = _SNOWFALL.fullmatch(value.strip())
    if found is None:
        reason = said.NOT_SNOWFALL.fill(value=repr(value))
        raise typer.BadParameter(str(reason), param_hint="--snowfall")
    return {"value": float(found[1]), "unit": "mm", "hours": float(found[2])}


def _read(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        reason = words.NO_FILE.fill(file=file, why=error.strerror)
        raise Failure(Exit.USAGE, "no-file", reason) from error
