"""All tables, one file per subject."""

from koppel.store.models.activity import Activity
from koppel.store.models.base import Base, utcnow
from koppel.store.models.connection import CallCount, Choice, Connection, Token
from koppel.store.models.customer import DebtorNumber, PairDecision
from koppel.store.models.flow import Flow
from koppel.store.models.incoming import Incoming
from koppel.store.models.knock import HookEvent, Knock
from koppel.store.models.link import Delivery, Link
from koppel.store.models.memory import IndexEntry, IndexMark
from koppel.store.models.request import PrivacyRequest
from koppel.store.models.rule import DebtorRule, Rule, TableRow
from koppel.store.models.run import Run
from koppel.store.models.user import User
from koppel.store.models.vat import VatCheck

__all__ = [
    "Activity",
    "Base",
    "CallCount",
    "Choice",
    "Connection",
    "DebtorNumber",
    "DebtorRule",
    "Delivery",
    "Flow",
    "HookEvent",
    "Incoming",
    "IndexEntry",
    "IndexMark",
    "Knock",
    "Link",
    "PairDecision",
    "PrivacyRequest",
    "Rule",
    "Run",
    "TableRow",
    "Token",
    "User",
    "VatCheck",
    "utcnow",
]
