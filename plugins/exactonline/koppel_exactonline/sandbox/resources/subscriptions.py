"""webhooks/WebhookSubscriptions: who wants to hear of which topic, and whether anybody is at home there."""

from __future__ import annotations

from urllib.parse import urlsplit

from koppel_exactonline.sandbox.resources.desk import Change
from koppel_exactonline.sandbox.resources.rules import USERS, Behaviour, pairs
from koppel_exactonline.sandbox.webhooks import SUBSCRIPTIONS as PATH
from koppel_exactonline.sandbox.webhooks import TOPICS

_LOOPBACK = ("localhost", "127.0.0.1")


def _check(change: Change) -> None:
    desk, row = change.desk, change.row
    if change.old is not None:
        if desk.switches.webhook_update_refused:
            change.complain("fixed", "Topic")
        return
    if desk.client is None:
        return
    row["ClientID"], row["Description"] = desk.client.client_id, row.get("Topic")
    change.fill(UserID=desk.user.get("UserID"), IsInstant=False)
    if row.get("Topic") not in TOPICS or (row.get("IsInstant") and row.get("Topic") != "GoodsDeliveries"):
        change.complain("invalid", "Topic")
    if desk.table(PATH).where("Topic", row.get("Topic")):
        change.complain("exists")
    if row.get("CallbackURL") and not change.complaints:
        _check_callback(change, str(row["CallbackURL"]))


def _check_callback(change: Change, url: str) -> None:
    """HTTPS, on the domain of the app's redirect address, and answering an empty POST (reference: Webhooks)."""
    place, client = urlsplit(url), change.desk.client
    homes = [urlsplit(one).hostname for one in client.redirect_uris] if client else []
    loopback = place.hostname in _LOOPBACK and change.desk.switches.loopback_redirects
    if not loopback and (place.scheme != "https" or place.hostname not in homes):
        change.complain("invalid", "CallbackURL")
        return
    status = change.desk.knock(url)
    if status not in (200, 201):
        change.complain("callback", "CallbackURL", f"{status}")


SUBSCRIPTIONS = Behaviour(references=pairs(f"UserID={USERS}"), check=_check)
