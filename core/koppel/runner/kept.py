"""Fields that the books keep: whoever put them in a change, they are taken out of it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from koppel.records import Draft


def without_kept(draft: Draft, kept: Iterable[str]) -> Draft:
    """The change without these fields, with a warning for each that was in it.

    The mapping leaves them out by itself; what is still there was written by a site override."""
    names = {one.removesuffix("[]") for one in kept if "." not in one}
    out = sorted(names & draft.fields.keys())
    if not out:
        return draft
    fields = {name: value for name, value in draft.fields.items() if name not in names}
    warnings = (f"{name} is kept by the books, so what was written to it was left out." for name in out)
    return replace(draft, fields=fields, warnings=(*draft.warnings, *warnings))
