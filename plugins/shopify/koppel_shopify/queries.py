"""The GraphQL operations in `operations/*.graphql`, each complete with the fragments that it spreads.

A line that ends in `# since 2026-07` is only sent to that version and later ones, `# until 2026-04` to that and
earlier ones: so one file serves every supported version (reference: Breaking differences)."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_FRAGMENT = re.compile(r"^fragment (\w+) on \w+ \{.*?^\}\n?", re.MULTILINE | re.DOTALL)
_SPREAD = re.compile(r"\.\.\.\s*(?!on\b)(\w+)")
_NAME = re.compile(r"^(?:query|mutation) (\w+)", re.MULTILINE)
_GATE = re.compile(r"# (since|until) (\d{4}-\d{2})$")
VERSIONS = ("2026-04", "2026-07", "2026-10")
"""The versions of the Admin API that every operation is tested against, the newest last."""
NEWEST = VERSIONS[-1]


@cache
def names() -> tuple[str, ...]:
    """All operations, by file name, in alphabetical order."""
    return tuple(sorted(name for name, text in _texts().items() if _NAME.search(text)))


@cache
def text_of(name: str, version: str = NEWEST) -> str:
    """The whole operation as it is sent to `version`. KeyError for an unknown name."""
    text = _texts()[name]
    wanted = list(dict.fromkeys(_SPREAD.findall(text)))
    for fragment in wanted:  # grows while it is walked: fragments spread fragments
        spread = dict.fromkeys(_SPREAD.findall(_fragments()[fragment]))
        wanted += [more for more in spread if more not in wanted]
    return _gated("\n".join([text, *(_fragments()[fragment] for fragment in wanted)]), version)


def _gated(text: str, version: str) -> str:
    """The text without the lines of other versions."""
    kept = []
    for line in text.splitlines():
        gate = _GATE.search(line)
        if gate and (version < gate[2] if gate[1] == "since" else version > gate[2]):
            continue
        kept.append(line[: gate.start()].rstrip() if gate else line)
    return "\n".join(kept) + "\n"


@cache
def operation_name(name: str) -> str:
    """What the operation in file `name` calls itself."""
    found = _NAME.search(_texts()[name])
    if found is None:
        raise KeyError(name)
    return found.group(1)


@cache
def _texts() -> dict[str, str]:
    folder = files("koppel_shopify") / "operations"
    found = (file for file in folder.iterdir() if file.name.endswith(".graphql"))
    return {file.name.removesuffix(".graphql"): file.read_text(encoding="utf-8") for file in found}


@cache
def _fragments() -> dict[str, str]:
    return {match.group(1): match.group(0) for text in _texts().values() for match in _FRAGMENT.finditer(text)}
