"""The canonical papers between all systems: money is Decimal, time is aware, None is not zero."""

from koppel.documents.base import Document
from koppel.documents.order import Line, SalesOrder, Tax
from koppel.documents.party import Address, Contact, Party
from koppel.documents.product import Image, Product, StockLevel, Variant

DOCUMENTS: dict[str, type[Document]] = {
    "customer": Party,
    "product": Product,
    "sales_order": SalesOrder,
    "stock": StockLevel,
}

__all__ = [
    "DOCUMENTS",
    "Address",
    "Contact",
    "Document",
    "Image",
    "Line",
    "Party",
    "Product",
    "SalesOrder",
    "StockLevel",
    "Tax",
    "Variant",
]
