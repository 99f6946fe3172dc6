"""What one conversation with one administration remembers, so that nothing is asked twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import httpx
from koppel import RejectedError, Settings, basis_of
from koppel.connections.memory import Memory

from koppel_exactonline import odata
from koppel_exactonline.client import ExactClient, Row
from koppel_exactonline.codes import bare
from koppel_exactonline.index import Index, Kind, by_account
from koppel_exactonline.keeping import Keeper
from koppel_exactonline.paging import Chain
from koppel_exactonline.reading import Reader

VAT_CODES = "vat/VATCodes"
VAT_FIELDS = ("ID", "Code", "Description", "Percentage", "Type", "IsBlocked")

_CODED = ("ID", "Code", "Description")

ACCOUNT_FIELDS = (
    "ID", "Code", "Name", "Status", "Type", "Email", "Phone", "Website", "VATNumber", "ChamberOfCommerce", "Language",
    "SalesCurrency", "PaymentConditionSales", "SalesVATCode", "Blocked", "MainContact", "Remarks", "Classification1",
    "AddressLine1", "AddressLine2", "AddressLine3", "Postcode", "City", "State", "Country", "StartDate", "EndDate",
    "Created", "Modified",
)  # fmt: skip

ITEM_FIELDS = (
    "ID", "Code", "Description", "ExtraDescription", "Notes", "Barcode", "Unit", "ItemGroup", "ItemGroupCode",
    "ItemGroupDescription", "SalesVatCode", "CostPriceStandard", "CostPriceCurrency", "Stock", "IsSalesItem", "IsStockItem",
    "IsWebshopItem", "IsPurchaseItem", "NetWeight", "NetWeightUnit", "SearchCode", "PictureName", "PictureUrl", "StartDate",
    "EndDate", "Created", "Modified",
)  # fmt: skip

ADDRESS_FIELDS = (
    "ID", "Account", "Type", "Main", "AddressLine1", "AddressLine2", "AddressLine3", "Postcode", "City", "State", "Country",
)  # fmt: skip

VISIT, DELIVERY = 1, 4
"""Kinds of addresses (reference: Accounts / Contacts / Addresses)."""

CONTACT_FIELDS = ("ID", "Account", "FirstName", "MiddleName", "LastName", "FullName", "Email", "Phone", "Mobile", "IsMainContact")


REMEMBERED = {
    "account": Kind("sync/CRM/Accounts", ACCOUNT_FIELDS, lambda row: bare(row.get("Email")).casefold(), 2),
    "contact": Kind("sync/CRM/Contacts", CONTACT_FIELDS, by_account, 5),
    "address": Kind("sync/CRM/Addresses", ADDRESS_FIELDS, lambda row: by_account(row) if row.get("Main") else "", 3),
    "item": Kind("sync/Logistics/Items", ITEM_FIELDS, lambda row: bare(row.get("Code")), 9),
}
"""What the local index keeps: accounts by e-mail address, their contacts and main addresses, items by code."""


class Conversation:
    """The client of a connection with the small lists it has read so far."""

    def __init__(
        self, settings: Settings, http: httpx.Client, memory: Callable[[], Memory | None] = lambda: None,
        language: Callable[[], str] = lambda: "en",
    ) -> None:  # fmt: skip
        self.settings = settings
        self.client = ExactClient(settings, http, language)
        self.index = Index(self.client, memory, REMEMBERED)
        self.reader = Reader(self.client)
        self.keeper = Keeper(self.client, memory)
        self.paid_once = False
        self.loose: tuple[str, Any] | None = None
        """Money that is matched with nothing, and since which day it was read."""
        self._places: dict[str, list[Row]] = {}
        self._chains: dict[str, Chain] = {}

    @property
    def leans_on_old(self) -> bool:
        """Whether something here was read by an earlier conversation."""
        return self.index.is_old or self.keeper.is_old

    def distrust(self) -> None:
        """Read anew what earlier conversations left behind, the next time it is asked."""
        self.index.distrust()
        self.keeper.distrust()

    def chain(self, entity: str, fresh: bool) -> Chain:
        """The walk over this list that is going on; a new one at its first page."""
        if fresh or entity not in self._chains:
            self._chains[entity] = Chain(entity)
        return self._chains[entity]

    @property
    def price_basis(self) -> str:
        """Whether order prices are sent incl or excl VAT."""
        return basis_of(self.settings)

    def vat_codes(self) -> dict[str, Row]:
        """The VAT codes of the administration, by code."""
        return {bare(row.get("Code")): row for row in self.keeper.rows(VAT_CODES, VAT_FIELDS)}

    def vat_code(self, code: str) -> Row | None:
        """The VAT code of this code, None when there is none: not even when asked for it now."""
        found = self.vat_codes().get(code)
        if found is None and not self.keeper.is_fresh(VAT_CODES):
            self.keeper.fresh(VAT_CODES, VAT_FIELDS)
            found = self.vat_codes().get(code)
        return found

    def id_of(self, entity: str, code: str) -> str:
        """The id behind a code or a description people chose; empty when there is none. An id stays an id."""
        if odata.is_guid(code):
            return code
        found = _named(self.keeper.rows(entity, _CODED), code)
        if not found and not self.keeper.is_fresh(entity):
            found = _named(self.keeper.fresh(entity, _CODED), code)
        return found

    def need_id(self, entity: str, code: str, thing: str) -> str:
        """As id_of. RejectedError naming the thing when there is none."""
        found = self.id_of(entity, code)
        if not found:
            raise missing(thing, code)
        return found

    def ids_of(self, entity: str, codes: Iterable[str], thing: str) -> dict[str, str]:
        """The ids behind these codes of a long list, asked for by code; an id stays an id. RejectedError naming the
        thing when there is none."""
        wanted = [one for one in dict.fromkeys(codes) if one]
        known = self.keeper.ids(entity, [one for one in wanted if not odata.is_guid(one)])
        for code in wanted:
            if not odata.is_guid(code) and code not in known:
                raise missing(thing, code)
        return {code: known.get(code, code) for code in wanted}

    def contacts(self, accounts: Iterable[str]) -> dict[str, list[Row]]:
        """All contacts of these accounts, by account."""
        return self._below("crm/Contacts", CONTACT_FIELDS, accounts)

    def main_addresses(self, accounts: Iterable[str]) -> dict[str, list[Row]]:
        """The main address of each kind of these accounts: a debtor for all guests may have thousands of others."""
        return self._below("crm/Addresses", ADDRESS_FIELDS, accounts, "Main eq true")

    def delivery_addresses(self, accounts: Iterable[str]) -> dict[str, list[Row]]:
        """All delivery addresses of these accounts, by account."""
        return self._below("crm/Addresses", ADDRESS_FIELDS, accounts, f"Type eq {DELIVERY}")

    def places(self, account: str) -> list[Row]:
        """Where goods for this account go by themselves, and the addresses made for it in this conversation."""
        key = account.lower()
        if key not in self._places:
            known = self.index.find("address", [key])
            self._places[key] = [dict(row) for row in known.get(key, [])] if known is not None else self.main_addresses([key])[key]
        return self._places[key]

    def new_account(self, account: str, fields: Mapping[str, Any]) -> None:
        """An account just made has no address but its own visit address: nothing to ask."""
        self._places[account.lower()] = [{**{name: fields.get(name) for name in ADDRESS_FIELDS}, "Type": VISIT, "Main": True}]

    def forget_places(self, account: str) -> None:
        """Its addresses have changed: ask again when needed."""
        self._places.pop(account.lower(), None)

    def _below(self, entity: str, select: Sequence[str], accounts: Iterable[str], also: str = "") -> dict[str, list[Row]]:
        wanted = list(dict.fromkeys(one.lower() for one in accounts if odata.is_guid(one)))
        found: dict[str, list[Row]] = defaultdict(list, {one: [] for one in wanted})
        literals = [odata.guid(one) for one in wanted]
        for row in self.client.rows_where(entity, select, "Account", literals, also):
            found[str(row.get("Account")).lower()].append(row)
        return dict(found)


def _named(rows: Iterable[Row], code: str) -> str:
    """The id of the row with this code, else with this description; empty when there is none."""
    wanted, rows = bare(code).casefold(), list(rows)
    for name in ("Code", "Description"):
        for row in rows:
            if bare(row.get(name)).casefold() == wanted:
                return str(row["ID"])
    return ""


def missing(thing: str, code: str) -> RejectedError:
    """The refusal of something that is named by a code nobody knows."""
    return RejectedError(
        f"There is no {thing} {code} in Exact Online.",
        resolution=f"Make the {thing} there, or choose one that exists in the value table or the entity mapping.",
        cause=f"missing.{thing.replace(' ', '_')}:{code}",
    )
