"""`koppel erase`: what is kept about one person, given out or erased."""

from __future__ import annotations

from pathlib import Path

import click

from koppel.actions.persons import find_person
from koppel.actions.privacy import erase, write_export
from koppel.cli.output import console, json_option, say_json
from koppel.site import Site

_PLACES = ("incoming", "deliveries", "activities", "links", "remembered", "knocks")


@click.command(short_help="Give out or erase what is kept about one person.")
@click.argument("words", nargs=-1, required=True)
@click.option("--export", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write it into a file in this folder first.")
@click.option("--yes", is_flag=True, help="Erase without asking.")
@click.option("--look", is_flag=True, help="Erase nothing.")
@json_option
def command(words: tuple[str, ...], folder: Path | None, yes: bool, look: bool, as_json: bool) -> None:
    """Erase a person from inbox, deliveries, activity, links and memory, found by WORDS: whole e-mail addresses, phone
    numbers or ids.

    What is in the books and in the shop stays there; erase it there first, else it is read again when it changes.
    """
    site = Site.open()
    try:
        person = find_person(site, words)
        file = write_export(site, person, folder) if folder else None
        counts = {name: len(getattr(person, name)) for name in _PLACES} | {"on_its_way": person.on_its_way}
        if not as_json:
            _show(counts, file)
        erased = bool(person.count) and not look and (yes or click.confirm("Erase all of it?"))
        if erased:
            erase(site, person, by="command line")
    finally:
        site.close()
    if as_json:
        say_json({**counts, "erased": erased, "file": str(file) if file else None})
    elif erased:
        console().print("Erased.")


def _show(counts: dict[str, int], file: Path | None) -> None:
    told = {
        "incoming": "records that came in", "deliveries": "records that were sent", "activities": "steps",
        "links": "links", "remembered": "entries that a connector remembers", "knocks": "messages that wait",
    }  # fmt: skip
    found = [f"{counts[name]} {text}" for name, text in told.items() if counts[name]]
    console().print(f"Found: {', '.join(found)}." if found else "Nothing is kept about this person.", markup=False)
    if counts["on_its_way"]:
        text = f"{counts['on_its_way']} are on their way and stay until the answer is there; do this again tomorrow."
        console().print(text, markup=False)
    if file:
        console().print(f"Written to {file}.", markup=False, soft_wrap=True)
