"""Subscriptions to webhooks: made where they are missing, made anew where they point elsewhere."""

from __future__ import annotations

from koppel import ConfigurationError, KoppelError, RejectedError

from koppel_exactonline.client import Row
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.webhooks import NAMES

SUBSCRIPTIONS = "webhooks/WebhookSubscriptions"
FIELDS = ("ID", "Topic", "CallbackURL", "ClientID")


def subscribe(talk: Conversation) -> tuple[str, ...]:
    """Bring the subscriptions in step with the address in the settings; gives what could not be done, in sentences.

    Without an address nothing is touched. What failed too often may be gone over there (reference: Webhooks), so
    this is done at every test of the connection."""
    address = talk.settings.text("webhook_address")
    if not address:
        return ()
    if not talk.settings.text("webhook_secret"):
        return ("webhooks: they cannot be proven without the webhook secret of the app",)
    try:
        rows = [row for row in talk.client.rows(SUBSCRIPTIONS, FIELDS) if _ours(talk, row)]
    except ConfigurationError as error:
        return (f"webhooks: {error.message}",)
    troubles = (_in_step(talk, topic, address, [row for row in rows if bare(row.get("Topic")) == topic]) for topic in NAMES)
    return tuple(dict.fromkeys(f"webhooks: {trouble}" for trouble in troubles if trouble))


def _ours(talk: Conversation, row: Row) -> bool:
    """Whether it is this app's: another app's subscriptions are its own business."""
    client = bare(row.get("ClientID")).lower()
    return not client or client == talk.settings.text("client_id").lower()


def _in_step(talk: Conversation, topic: str, address: str, rows: list[Row]) -> str:
    """What is wrong with one subscription that cannot be put right; empty when it stands.

    A change is refused by some (reference: Webhooks), so a wrong one is removed and made anew."""
    if any(bare(row.get("CallbackURL")) == address for row in rows):
        return ""
    try:
        for row in rows:
            talk.client.remove(SUBSCRIPTIONS, str(row["ID"]))
        talk.client.create(SUBSCRIPTIONS, {"Topic": topic, "CallbackURL": address})
    except RejectedError as error:
        if error.cause.startswith("rejected.exists"):
            return f"another user or app of this customer listens to {topic} already"
        return error.message
    except KoppelError as error:
        if error.cause.startswith("forbidden:"):
            return error.message
        raise
    return ""
