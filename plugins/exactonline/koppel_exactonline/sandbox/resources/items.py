"""logistics/*: items with their group, unit, price and picture."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.resources.rules import Behaviour, follow, pairs, places
from koppel_exactonline.sandbox.resources.stock import add_to_warehouse, total
from koppel_exactonline.sandbox.store.table import Row
from koppel_exactonline.sandbox.wire.values import Value

PATH = "logistics/Items"
PRICES = "logistics/SalesItemPrices"
_LEDGERS = ("GLRevenue", "GLCosts", "GLStock", "GLRevenueWorkInProgress", "GLCostsWorkInProgress")


def valid_price(desk: Desk, item: Value, account: Value, quantity: Decimal, day: datetime) -> Decimal | None:
    """The price of this day and quantity: the customer's agreement first, else the normal price, else None."""
    best: tuple[bool, Decimal, datetime] | None = None
    price: Decimal | None = None
    for row in desk.table(PRICES).where("Item", item):
        start, end, least = row.get("StartDate"), row.get("EndDate"), row.get("Quantity")
        least = least if isinstance(least, Decimal) else Decimal(1)
        begin = start if isinstance(start, datetime) else datetime.min
        fits = row.get("Account") in (None, account) and begin <= day and least <= max(quantity, Decimal(1))
        if not fits or (isinstance(end, datetime) and end < day):
            continue
        rank = (row.get("Account") is not None, least, begin)
        if best is None or rank > best:
            amount = row.get("Price")
            best, price = rank, amount if isinstance(amount, Decimal) else Decimal(0)
    return price


def _standard_price(desk: Desk, row: Row) -> Value:
    found = valid_price(desk, row["ID"], None, Decimal(1), desk.today)
    kept = row.get("StandardSalesPrice")
    return found if found is not None else kept if kept is not None else Decimal(0)


def _stock(desk: Desk, row: Row) -> Value:
    rows = desk.table("inventory/ItemWarehouses").where("Item", row["ID"])
    return total(rows, "CurrentStock") if rows else row.get("Stock") or Decimal(0)


def _picture_url(desk: Desk, row: Row) -> Value:
    """A placeholder when there is no picture (reference: Items, groups, units, prices, stock)."""
    if row.get("Picture"):
        where = f"Table=Items&ImageColumn=Picture&_Division_={desk.division.code}&ID={row['ID']}"
        return f"{desk.host}/docs/SysImage.aspx?{where}"
    return row.get("PictureUrl") or f"{desk.host}//docs/images/placeholder_item.png"


def _defaults(change: Change) -> None:
    desk, row = change.desk, change.row
    unit = next((one for one in desk.table("logistics/Units") if one.get("Main")), None)
    group = next((one for one in desk.table("logistics/ItemGroups") if one.get("IsDefault")), None)
    change.fill(
        Unit=unit.get("Code") if unit else "pc      ", ItemGroup=group["ID"] if group else None, IsStockItem=True,
        IsSalesItem=desk.switches.new_item_is_sales, IsPurchaseItem=False, IsFractionAllowedItem=False,
        IsPackageItem=False,
        CostPriceStandard=Decimal(0), CostPriceCurrency="EUR", SecurityLevel=10, StatisticalUnits=Decimal(1),
        StartDate=(desk.today.replace(day=1) - timedelta(days=1)).replace(day=1), IsSerialItem=False,
        IsSerialNumberItem=False, **dict.fromkeys(_BYTES, 0),
    )
    row.setdefault("SalesVatCode", None)


_BYTES = (
    "CopyRemarks", "IsBatchItem", "IsBatchNumberItem", "IsMakeItem", "IsNewContract", "IsOnDemandItem",
    "IsRegistrationCodeItem", "IsSubcontractedItem", "IsTaxableItem", "IsTime", "IsWebshopItem", "UseExplosion",
)


def _stored(change: Change) -> None:
    places_known = change.desk.table("inventory/ItemWarehouses").where("Item", change.row["ID"])
    if change.row.get("IsStockItem") and not places_known:
        add_to_warehouse(change.desk, change.row["ID"])


ITEMS = Behaviour(
    references=pairs(
        "ItemGroup=logistics/ItemGroups " + " ".join(f"{name}=financial/GLAccounts" for name in _LEDGERS)
    ),
    codes=pairs("Unit=logistics/Units SalesVatCode=vat/VATCodes"),
    unique=("Code",), defaults=_defaults, stored=_stored, bare_answer=True,
    derived={
        **follow(
            "ItemGroupCode=ItemGroup>logistics/ItemGroups.Code "
            "ItemGroupDescription=ItemGroup>logistics/ItemGroups.Description "
            "UnitDescription=Unit@logistics/Units.Description UnitType=Unit@logistics/Units.Type "
            "SalesVatCodeDescription=SalesVatCode@vat/VATCodes.Description "
        ),
        **follow(" ".join(
            f"{name}{take}={name}>financial/GLAccounts.{take}" for name in _LEDGERS for take in ("Code", "Description")
        )),
        "StandardSalesPrice": _standard_price, "Stock": _stock, "PictureUrl": _picture_url,
        "PictureThumbnailUrl": _picture_url, "Picture": lambda _desk, _row: None,
    },
    used_by=places("salesorder/SalesOrderLines.Item salesinvoice/SalesInvoiceLines.Item"),
    below=places("logistics/SalesItemPrices.Item inventory/ItemWarehouses.Item"),
)

ITEM_GROUPS = Behaviour(derived=follow(" ".join(
    f"{name}{take}={name}>financial/GLAccounts.{take}"
    for name in (*_LEDGERS, "GLPurchaseAccount", "GLStockVariance") for take in ("Code", "Description")
)))


def _price_defaults(change: Change) -> None:
    item = change.desk.get(PATH, change.row.get("Item"))
    change.fill(
        Quantity=Decimal(1), NumberOfItemsPerUnit=Decimal(1), Currency="EUR", StartDate=change.desk.today,
        Unit=item.get("Unit") if item else None, Price=Decimal(0),
    )


def _price_check(change: Change) -> None:
    """No property is flagged mandatory; a price without an item has no meaning (reference: Items, prices)."""
    if change.row.get("Item") is None:
        change.complain("mandatory", "Item")
    start, end = change.row.get("StartDate"), change.row.get("EndDate")
    if isinstance(start, datetime) and isinstance(end, datetime) and end < start:
        change.complain("invalid", "EndDate")


SALES_PRICES = Behaviour(
    references=pairs("Item=logistics/Items Account=crm/Accounts"),
    codes=pairs("Unit=logistics/Units Currency=general/Currencies"),
    defaults=_price_defaults, check=_price_check,
    derived=follow(
        "ItemCode=Item>logistics/Items.Code ItemDescription=Item>logistics/Items.Description "
        "Barcode=Item>logistics/Items.Barcode AccountName=Account>crm/Accounts.Name "
        "DefaultItemUnit=Item>logistics/Items.Unit DefaultItemUnitDescription=Item>logistics/Items.UnitDescription "
        "UnitDescription=Unit@logistics/Units.Description"
    ),
)
