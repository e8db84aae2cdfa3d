"""`python -m tests.benchmarks`: measures Muster and its peers, and prints the figures.

Everything runs on this machine, the load generator beside what it loads. A figure that is missed is
printed as missed, and is no failure. A report lost, or stored or told twice, is one: status 1.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from services import logs
from tests.benchmarks import alert, fold, ingest, people, weather
from tests.benchmarks.figures import Figure, machine

MEASURES: dict[str, Callable[[Path, argparse.Namespace], Iterator[Figure]]] = {
    "ingest": lambda folder, asked: ingest.measure(folder, asked.seconds),
    "alert": lambda folder, asked: alert.measure(folder, asked.seconds),
    "fold": lambda folder, _: fold.measure(folder),
    "people": lambda folder, asked: people.measure(folder, asked.seconds, asked.people),
    "weather": lambda *_: weather.measure(),
}
TITLES = {
    "ingest": "Ingest: reports over HTTP, each accepted after its fsync",
    "alert": "Report to alert: from when a report is due to its alert on a live stream",
    "fold": "Fold: from the log into the picture",
    "people": "People: a roll call of everyone, answered by 4,000 a second while screens look on",
    "weather": "Weather: the warnings of a real feed's busiest hour, matched with 500 venues",
}


def main() -> int:
    """Measure what was asked for; return the exit status."""
    asked = _arguments()
    logs.configure("error")
    with tempfile.TemporaryDirectory(prefix="muster-bench-", dir=asked.data) as name:
        folder = Path(name)
        facts = machine(folder)
        if not asked.json:
            print("; ".join(f"{name} {value}" for name, value in facts.items()))
        found: dict[str, list[Figure]] = {}
        for measure in [asked.what] if asked.what else MEASURES:
            begun = time.monotonic()
            print(f"measuring {measure} ...", end=" ", file=sys.stderr, flush=True)
            found[measure] = list(MEASURES[measure](folder, asked))
            print(f"{time.monotonic() - begun:.0f} s", file=sys.stderr)
            if not asked.json:
                _show(TITLES[measure], found[measure])
    if asked.json:
        shown = {name: [figure.shown() for figure in figures] for name, figures in found.items()}
        sys.stdout.buffer.write(
            orjson.dumps({"machine": facts, "figures": shown}, option=orjson.OPT_INDENT_2) + b"\n"
        )
    must = [f for figures in found.values() for f in figures if f.wanted == 0]
    return 1 if any(figure.verdict == "missed" for figure in must) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", choices=list(MEASURES), help="what to measure")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each measurement")
    parser.add_argument(
        "--people", type=int, default=people.PEOPLE, help="on the roster that is called"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--data", type=Path, help="the folder whose disk is used")
    return parser.parse_args()


def _show(title: str, figures: list[Figure]) -> None:
    console = Console(width=None if sys.stdout.isatty() else 160)
    table = Table("figure", title=title, title_justify="left", show_edge=False)
    for column in ("measured", "wanted", "ratio"):
        table.add_column(column, justify="right", no_wrap=True)
    for column in ("verdict", "more"):
        table.add_column(column)
    for figure in figures:
        table.add_row(*_row(figure))
    console.print(table)
    console.print()


def _row(figure: Figure) -> tuple[str, ...]:
    sign = "<=" if figure.at_most else ">="
    wanted = "" if figure.wanted is None else f"{sign} {_number(figure.wanted)} {figure.unit}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f} x"
    more = "; ".join(
        part for part in (figure.beside and f"to {figure.beside}", figure.more) if part
    )
    return (
        figure.name,
        f"{_number(figure.value)} {figure.unit}",
        wanted,
        ratio,
        figure.verdict.upper() if figure.verdict == "missed" else figure.verdict,
        more,
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.2f}"


if __name__ == "__main__":
    sys.exit(main())
