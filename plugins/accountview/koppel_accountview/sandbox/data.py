"""The three verbs of /accountviewdata."""

from __future__ import annotations

from koppel_accountview.sandbox.desk import Desk, bearer, company_of, sit_down
from koppel_accountview.sandbox.errors import AccountViewError
from koppel_accountview.sandbox.query.answer import shape, stored_rows
from koppel_accountview.sandbox.query.reading import read_rows
from koppel_accountview.sandbox.store.installation import Installation
from koppel_accountview.sandbox.web import Call, Response, answer
from koppel_accountview.sandbox.write.body import Draft, read_draft
from koppel_accountview.sandbox.write.save import insert_rows, update_row


def read(installation: Installation, call: Call) -> Response:
    """GET: the rows of a business object (reference: 2. GET /accountviewdata)."""
    bearer(installation, call, "readaccountviewdata")
    company = company_of(installation, call)
    params = call.params
    desk = sit_down(installation, company, params.get("BusinessObject", ""), params.get("BookDate", ""))
    rows, selection = read_rows(desk, params)
    return answer(shape(desk, rows, selection))


def insert(installation: Installation, call: Call) -> Response:
    """POST: store new rows (reference: 3. POST / PUT /accountviewdata)."""
    draft, desk = _draft(installation, call)
    if not desk.business_object.insert:
        raise AccountViewError(f"Toevoegen aan bedrijfsobject {desk.business_object.code} is niet toegestaan.")
    rows = insert_rows(desk, draft)
    installation.writes += 1
    return answer(stored_rows(desk, rows), installation.switches.insert_status)


def update(installation: Installation, call: Call) -> Response:
    """PUT: change the row whose key is in `id`."""
    draft, desk = _draft(installation, call)
    allowed = installation.switches.put == "listed" or desk.table.name == "CONTACT"
    if not (desk.business_object.update and allowed):
        raise AccountViewError(f"Wijzigen van bedrijfsobject {desk.business_object.code} is niet toegestaan.")
    row = update_row(desk, draft)
    installation.writes += 1
    return answer(stored_rows(desk, [row]))


def _draft(installation: Installation, call: Call) -> tuple[Draft, Desk]:
    bearer(installation, call, "updateaccountviewdata")
    company = company_of(installation, call)
    draft = read_draft(call.json())
    desk = sit_down(installation, company, draft.business_object, draft.book_date)
    if desk.administration.closed:
        raise AccountViewError(f"Boekjaar {desk.administration.year} is afgesloten; mutaties zijn niet mogelijk.")
    return draft, desk
