"""Who buys: a company with its contacts, or a person."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, computed_field

from koppel.documents.base import Country, Currency, Document, Part, Text


class Address(Part):
    """A place. `street` is the name alone when it could be split, else the whole line; `line` is always whole."""

    name: Text = ""
    company: Text = ""
    street: Text = ""
    house_number: Text = ""
    addition: Text = ""
    line: Text = ""
    line2: Text = ""
    postcode: Text = ""
    city: Text = ""
    region: Text = ""
    country: Country = ""
    phone: Text = ""


class Contact(Part):
    """A person to talk to at a company."""

    first_name: Text = ""
    last_name: Text = ""
    email: Text = ""
    phone: Text = ""
    external_id: Text = ""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class Party(Document):
    """A customer or debtor. `code` is the debtor number; `debtor_number` is the one that a flow's range keeps for a new
    debtor; `guest` bought without an account."""

    kind: Literal["company", "person"] = "person"
    code: Text = ""
    debtor_number: Text = ""
    name: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    email: Text = ""
    phone: Text = ""
    website: Text = ""
    vat_number: Text = ""
    coc_number: Text = ""
    language: Text = ""
    currency: Currency = ""
    payment_term: Text = ""
    group: Text = ""
    note: Text = ""
    guest: bool = False
    blocked: bool = False
    contacts: list[Contact] = Field(default_factory=list)
    billing: Address = Field(default_factory=Address)
    shipping: Address | None = None

    @property
    def is_company(self) -> bool:
        """Whether a company buys: said so, or shown by a company's name on the bill."""
        return self.kind == "company" or bool(self.billing.company)

    @property
    def label(self) -> str:
        """The name, else the e-mail address, else the number."""
        return self.name or self.email or self.code or self.source_id
