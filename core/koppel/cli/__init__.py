"""The command `koppel`: one file per command; other distributions add theirs by entry point."""

from __future__ import annotations

import difflib
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click

from koppel.cli.output import exit_code, say_error
from koppel.errors import ConfigurationError, KoppelError

GROUP = "koppel.commands"
EXIT_CODES = """\b
Exit codes:
  0  all went well
  1  something went wrong that Koppel does not understand
  2  the command was typed wrongly
  3  a setting must be changed, or someone must log in
  4  not now: the other system or the database cannot be reached, or the flow runs already
  5  records wait for a person"""

_OWN = ("init", "demo", "run", "flows", "connections", "check", "plugins", "explain", "missing", "doubles", "preview", "proof", "retry", "reconcile", "erase", "sandbox")
_ELSEWHERE = {"serve": "koppel-admin", "db": "koppel-migrations"}


class Commands(click.Group):
    """Finds a command's file when it is asked for, so that starting stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which one needs them."""
        return [*_OWN, *sorted(point.name for point in entry_points(group=GROUP))]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of this name, from the core or from another distribution."""
        if name in _OWN:
            module = __import__(f"koppel.cli.{name}", fromlist=["command"])
            command: click.Command = module.command
            return command
        for point in entry_points(group=GROUP, name=name):
            return _loaded(point)
        if name in _ELSEWHERE:
            raise click.UsageError(f"`koppel {name}` comes with another package: pip install {_ELSEWHERE[name]}")
        return None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """As click does, with the nearest known name for a mistyped one."""
        if args and args[0] not in self.list_commands(ctx):
            self.get_command(ctx, args[0])
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), 1)
            hint = f" Did you mean {near[0]!r}?" if near else " See `koppel --help`."
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


def _loaded(point: EntryPoint) -> click.Command:
    """Another distribution's command; one that cannot be imported says so when it is used."""
    try:
        command: click.Command = point.load()
        return command
    except Exception as error:
        why = f"The command {point.name} cannot be used ({type(error).__name__}: {error})."

        @click.command(point.name, help=why, context_settings={"ignore_unknown_options": True})
        @click.argument("rest", nargs=-1)
        def broken(rest: tuple[str, ...]) -> None:
            raise ConfigurationError(why, resolution="Upgrade or reinstall the package it comes from.")

        return broken


@click.command(cls=Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="koppel")
def koppel() -> None:
    """Keep shops and bookkeeping in step.

    Start with `koppel demo` to see it work, or `koppel init` to begin for real.
    """


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line; every error that Koppel understands ends in one clear sentence and an exit code."""
    try:
        koppel.main(args=list(args) if args is not None else None, standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except KoppelError as error:
        say_error(error)
        sys.exit(exit_code(error))
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - the interpreter flushes it at exit
        sys.exit(0)
    except OSError as error:
        say_error(_about_a_file(error))
        sys.exit(3)
    except Exception as error:  # the last net: a bug is told in a sentence too, its traceback kept for the supplier
        say_error(_a_bug(error))
        sys.exit(1)


def _about_a_file(error: OSError) -> ConfigurationError:
    what = error.filename or "A file or a connection"
    return ConfigurationError(
        f"{what} cannot be used: {error.strerror or error}.",
        resolution="Check that it is there, that there is room, and that the user that runs Koppel may read and write it.",
    )


def _a_bug(error: Exception) -> KoppelError:
    with tempfile.NamedTemporaryFile("w", prefix="koppel-", suffix=".txt", delete=False, encoding="utf-8") as file:
        traceback.print_exception(error, file=file)
    return KoppelError(
        f"Something went wrong that Koppel does not understand ({type(error).__name__}).",
        resolution=f"Send {file.name} to your supplier. Nothing is lost; try again after an upgrade.",
    )
