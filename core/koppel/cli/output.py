"""How the command line speaks: tables for people, JSON for programs, errors with their way out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from koppel.errors import ConfigurationError, KoppelError, TransientError
from koppel.runner.lease import Busy
from koppel.store.db import dumps

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs instead of a table.")


def console() -> Console:
    """Where tables go: standard output, wide enough for a file or a pipe."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 160)


def notes() -> Console:
    """Where progress and errors go: standard error, so that output stays clean."""
    return Console(stderr=True, highlight=False)


def say_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(dumps(value))


def say_error(error: KoppelError) -> None:
    """What went wrong and what to do, without a traceback."""
    out = notes()
    out.print(Text(error.message, style="bold red"), soft_wrap=True)
    if error.resolution:
        out.print(Text("→ " + error.resolution), soft_wrap=True)


def exit_code(error: BaseException | None) -> int:
    """The exit code for what went wrong, by what happens next; see docs/reference/commands.md."""
    if isinstance(error, ConfigurationError):
        return 3
    return 4 if isinstance(error, (TransientError, Busy)) else 1


def say_table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], empty: str = "Nothing yet.", title: str = ""
) -> None:
    """A table; numbers stand right. `empty` is said when there are no rows."""
    rows = [list(row) for row in rows]
    if not rows:
        console().print(empty)
        return
    table = Table(title=title or None, title_justify="left", header_style="bold")
    for index, column in enumerate(columns):
        numeric = all(isinstance(row[index], (int, float)) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console().print(table)


def pairs(words: Iterable[str]) -> dict[str, str]:
    """The settings of `--set NAME=VALUE` words."""
    given = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise click.UsageError(f"--set takes NAME=VALUE, not {word!r}.")
        given[name.strip()] = value
    return given


set_option = click.option(
    "--set", "values", multiple=True, metavar="NAME=VALUE", help="A setting; may be given more than once."
)


def shown(value: Any, width: int = 200) -> str:
    """A value in one line, cut at `width` characters; nothing for None."""
    text = "" if value is None else value if isinstance(value, str) else dumps(value)
    return text if len(text) <= width else text[: width - 1] + "…"


def progress() -> Progress:
    """Progress bars on standard error; nothing at all when that is no terminal."""
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn(),
        console=notes(), disable=not sys.stderr.isatty(), transient=False,
    )  # fmt: skip


def counter(bar: Progress, title: str) -> Callable[[Any], None]:
    """A callback for a run's counts that moves one bar."""
    task = bar.add_task(title, total=None)

    def move(counts: Any) -> None:
        done = counts.created + counts.updated + counts.unchanged + counts.skipped + counts.parked + counts.retried
        bar.update(task, completed=done, total=max(done, counts.seen))

    return move
