"""`koppel proof`: everything about one document, to show an auditor."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from koppel.actions.proof import proof
from koppel.cli.output import console, say_json
from koppel.errors import ConfigurationError
from koppel.site import Site


@click.command(short_help="The proof of one document: source, rules, computation, answer.")
@click.argument("flow")
@click.argument("record")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write it as a PDF to this file instead of JSON.")
def command(flow: str, record: str, pdf: Path | None) -> None:
    """Everything about RECORD (for instance #1001) on FLOW: what came in, by which version of the rules it was
    booked, what it comes to, what was sent and answered. As JSON, or as a PDF; neither system is asked."""
    site = Site.open()
    try:
        made = proof(site, flow, record)
    finally:
        site.close()
    if pdf is None:
        say_json(asdict(made))
        return
    from koppel.actions.proof_pdf import as_pdf  # only here: reading fonts takes a moment

    try:
        pdf.write_bytes(as_pdf(made))
    except OSError as error:
        raise ConfigurationError(
            f"The file {pdf} cannot be written: {error.strerror}.", field="pdf", resolution="Choose a file in a folder of your own."
        ) from None
    console().print(f"Written to {pdf}.", markup=False, soft_wrap=True)
