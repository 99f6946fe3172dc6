"""The canonical papers between all systems: money is Decimal, time is aware, None is not zero."""

from koppel.documents.afterwards import Afterwards, OrderStatus, Packed, Payment, Shipment, Tracking
from koppel.documents.base import Document
from koppel.documents.history import Paid, Return, ReturnedLine
from koppel.documents.invoice import CreditNote, Invoice
from koppel.documents.order import Exchange, Line, SalesOrder, Tax
from koppel.documents.party import Address, Contact, Party
from koppel.documents.product import Category, Image, Product, StockLevel, Variant

# what a sales order can be written as, and the invoices that a system can be read for
PAPERS: dict[str, type[SalesOrder]] = {
    "sales_order": SalesOrder,
    "sales_invoice": Invoice,
    "direct_invoice": Invoice,
    "sales_entry": Invoice,
    "credit_note": CreditNote,
    "direct_credit": CreditNote,
    "credit_entry": CreditNote,
}
CREDITS = tuple(name for name, kind in PAPERS.items() if kind is CreditNote)

DOCUMENTS: dict[str, type[Document]] = {
    "customer": Party,
    "category": Category,
    "product": Product,
    "stock": StockLevel,
    **PAPERS,
    "shipment": Shipment,
    "payment": Payment,
    "order_status": OrderStatus,
}

__all__ = [
    "CREDITS",
    "DOCUMENTS",
    "PAPERS",
    "Address",
    "Afterwards",
    "Category",
    "Contact",
    "CreditNote",
    "Document",
    "Exchange",
    "Image",
    "Invoice",
    "Line",
    "OrderStatus",
    "Packed",
    "Paid",
    "Party",
    "Payment",
    "Product",
    "Return",
    "ReturnedLine",
    "SalesOrder",
    "Shipment",
    "StockLevel",
    "Tax",
    "Tracking",
    "Variant",
]
