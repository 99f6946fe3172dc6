"""Pictures of a product: each is sent once, known again by its address or by its bytes, and replaced where it changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from koppel_shopify.client import AdminApi
from koppel_shopify.resources.picture_files import ending_of, file_of, has_bytes_of, source_of
from koppel_shopify.resources.product_state import NAMESPACE, PICTURES, Sent, State, file_name
from koppel_shopify.resources.uploads import upload

__all__ = ["Change", "Plan", "addresses", "plan", "source_of"]

Row = Mapping[str, Any]
LONGEST_ALT = 512


@dataclass(frozen=True)
class Change:
    """A picture that takes the place of one that we sent before; `media` is that one, `place` where it stands."""

    media: str
    picture: Row
    place: int
    same_kind: bool


@dataclass(frozen=True)
class Plan:
    """What becomes of an article's pictures: those to add, those that changed, and what is remembered of them all.

    `unsure`: one of ours may be among those that are not ready yet, whose file name is not known."""

    added: Sequence[Row] = ()
    changed: Sequence[Change] = ()
    sent: Sequence[Sent] | None = None
    unsure: bool = False

    def note(self) -> dict[str, str]:
        """The metafield that remembers where the pictures came from."""
        rows = [one.note() for one in self.sent or ()]
        return {"namespace": NAMESPACE, "key": PICTURES, "type": "json", "value": json.dumps(rows)}


def plan(pictures: Sequence[Row], state: State | None, form: str = "") -> Plan:
    """What to do with these pictures; `form` is the SKU of the one form that they are of, empty for the whole product.

    One that was sent before is not sent again, also when somebody took it away since; one that lies in the shop already
    under the same file name counts as sent. A picture that came in the place of one of ours replaces it; which pictures
    are ours is told by our note and the file name, and where that is not certain the new one is added."""
    before = list((state.pictures if state else None) or ())
    fresh = _fresh(pictures, state)
    if not pictures or (state is not None and state.pictures is not None and not fresh):
        return Plan()
    wanted = {source_of(one) for one in pictures}
    gone = [one for one in before if one.source not in wanted and form in ("", one.of)]
    changed = list(_changes(gone, list(fresh.values()), state)) if state is not None else []
    taken = {source_of(one.picture): one for one in changed}
    left = {one.media for one in changed}
    kept = [one for one in before if one not in gone or _media_of(one, state) not in left]
    made = [_sent(source, form, taken.get(source)) for source in dict.fromkeys(map(source_of, pictures)) if source]
    unsure = state is not None and "" in state.media.values() and len(changed) < min(len(gone), len(fresh))
    known = {one.source for one in kept}
    added = [one for source, one in fresh.items() if source not in taken]
    return Plan(added, changed, [*kept, *(one for one in made if one.source not in known)], unsure)


def _fresh(pictures: Sequence[Row], state: State | None) -> dict[str, Row]:
    """The pictures that were not sent yet, by source."""
    sent = {one.source for one in state.pictures or ()} if state else set()
    names = set(state.media.values()) - {""} if state and state.pictures is None else set()
    wanted: dict[str, Row] = {}
    for one in pictures:
        source = source_of(one)
        if source and source not in sent and file_name(str(one.get("url") or "")) not in names:
            wanted.setdefault(source, one)
    return wanted


def _sent(source: str, form: str, change: Change | None) -> Sent:
    """A picture whose file was changed keeps the file name of the one before, so its id is noted."""
    return Sent(source, form, change.media if change is not None and change.same_kind else "")


def _changes(gone: Sequence[Sent], fresh: Sequence[Row], state: State) -> Sequence[Change]:
    """The new pictures in the order of those of ours that they take the place of."""
    order = list(state.media)
    found = [(one, media) for one in gone if (media := _media_of(one, state))]
    found.sort(key=lambda pair: order.index(pair[1]))
    return [
        Change(media, picture, order.index(media), ending_of(picture) == state.media[media].rpartition(".")[2].replace("jpeg", "jpg"))
        for (_, media), picture in zip(found, fresh, strict=False)
    ]


def _media_of(sent: Sent, state: State | None) -> str:
    """The id of a picture that we sent; empty where it is gone, or where it is not certain which one it is."""
    media = state.media if state is not None else {}
    if sent.media:
        return sent.media if sent.media in media else ""
    stem = file_name(sent.source).rpartition(".")[0] or file_name(sent.source)
    found = [gid for gid, name in media.items() if has_bytes_of(name, sent.source) or (stem and _called(name, stem))]
    return found[0] if len(found) == 1 else ""


def _called(name: str, stem: str) -> bool:
    """Whether a file has this name, also where the shop made it a name of its own by something after a low line."""
    own = name.rpartition(".")[0]
    return own == stem or own.startswith(f"{stem}_")


def addresses(api: AdminApi, pictures: Sequence[Row]) -> list[dict[str, str]]:
    """Per picture its `originalSource` and `alt`; those that have no address are uploaded first."""
    own = [one for one in pictures if not one.get("url")]
    uploaded = iter(upload(api, [file_of(one) for one in own]) if own else ())
    return [
        {
            "originalSource": str(one["url"]) if one.get("url") else next(uploaded)["url"],
            "alt": str(one.get("alt") or "")[:LONGEST_ALT],
        }
        for one in pictures
    ]
