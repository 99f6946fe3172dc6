"""Pictures that changed: the file of ours is replaced where it stands, so that no second one comes beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from koppel import ConfigurationError, RejectedError, TransientError

from koppel_shopify.answers import accepted, payload_of
from koppel_shopify.client import AdminApi
from koppel_shopify.resources.pictures import Change, addresses
from koppel_shopify.resources.product_state import State, read_states

Row = Mapping[str, Any]
_BUSY = ("NON_READY_STATE", "FILE_LOCKED")


class PictureBusy(TransientError):
    """Shopify is still making the picture ready that is to be replaced."""


def replace_files(api: AdminApi, changes: Sequence[Change], label: str) -> None:
    """Give these pictures their new file; place, address and use stay. Another kind of file (PNG for JPEG) cannot take
    the place of one, so such a picture is taken off the product first."""
    same = [one for one in changes if one.same_kind]
    rows = addresses(api, [one.picture for one in same])
    files = [{"id": one.media, **{name: value for name, value in row.items() if value}} for one, row in zip(same, rows, strict=True)]
    _update(api, files, label)


def take_off(api: AdminApi, product: str, changes: Sequence[Change], label: str) -> None:
    """Take pictures off the product that one of another kind comes for; they stay among the shop's files."""
    _update(api, [{"id": one.media, "referencesToRemove": [product]} for one in changes if not one.same_kind], label)


def put_in_place(api: AdminApi, before: State, changes: Sequence[Change]) -> None:
    """Bring the pictures that were added for others to where those stood."""
    others = [one for one in changes if not one.same_kind]
    if not others:
        return
    now = list(read_states(api, [before.id])[before.id].media)
    added = [gid for gid in now if gid not in before.media][-len(others) :]
    moves = [{"id": gid, "newPosition": str(one.place)} for gid, one in zip(added, others, strict=False)]
    answer = payload_of(api.ask("move_pictures", {"id": before.id, "moves": moves}), "productReorderMedia")
    errors = answer.get("mediaUserErrors") or ()
    if errors:
        accepted({"userErrors": errors}, "the order of the pictures")


def _update(api: AdminApi, files: Sequence[Row], label: str) -> None:
    if not files:
        return
    try:
        answer = payload_of(api.ask("update_files", {"files": list(files)}), "fileUpdate")
    except ConfigurationError as error:
        raise RejectedError(
            f"A picture of {label} changed, and the app may not replace it: {error.message}",
            cause=error.cause,
            field="images",
            resolution=error.resolution,
        ) from None
    errors = answer.get("userErrors") or ()
    if errors and errors[0].get("code") in _BUSY:
        raise PictureBusy(
            f"Shopify is still making a picture of {label} ready; it is replaced afterwards.", cause="picture.busy", retry_after=60
        )
    accepted(answer, label)
