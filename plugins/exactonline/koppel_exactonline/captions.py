"""What Exact Online calls its fields in its sentences, in Dutch, English and French, and the API's own names for them."""

from __future__ import annotations

import re

_CAPTIONS = {
    "Account": "relatie, account, relation",
    "AmountFC": "bedrag, amount, montant",
    "Barcode": "barcode, code-barres",
    "Code": "code",
    "Country": "land, country, pays",
    "Currency": "valuta, currency, devise",
    "Customer": "klant, customer, client",
    "DeliverTo": "leveren aan, deliver to, livrer à",
    "DeliveryAddress": "afleveradres, delivery address, adresse de livraison",
    "DeliveryDate": "leverdatum, delivery date, date de livraison",
    "Description": "omschrijving, description",
    "Email": "e-mail, email, e-mailadres, adresse e-mail, courriel",
    "EntryNumber": "boekstuknummer, entry number, numéro d'écriture",
    "FirstName": "voornaam, first name, prénom",
    "GLAccount": "grootboekrekening, g/l account, general ledger account, compte général",
    "InvoiceNumber": "factuurnummer, invoice number, numéro de facture",
    "InvoiceTo": "factuur voor, invoice to, facturer à",
    "Item": "artikel, item, article",
    "ItemGroup": "artikelgroep, item group, groupe d'articles",
    "Journal": "dagboek, journal",
    "LastName": "achternaam, last name, nom",
    "Name": "naam, name",
    "OrderDate": "orderdatum, order date, date de commande",
    "OrderedBy": "besteld door, ordered by, commandé par",
    "OrderNumber": "ordernummer, order number, numéro de commande",
    "PaymentCondition": "betalingsconditie, payment condition, condition de paiement",
    "Postcode": "postcode, postal code, code postal",
    "Quantity": "aantal, quantity, quantité",
    "SalesChannel": "verkoopkanaal, sales channel, canal de vente",
    "ShippingMethod": "verzendwijze, shipping method, mode d'expédition",
    "Unit": "eenheid, unit, unité",
    "VATCode": "btw-code, vat code, code tva, btw-percentage, vat percentage, pourcentage de tva",
    "VATNumber": "btw-nummer, vat number, numéro de tva",
    "Warehouse": "magazijn, warehouse, entrepôt",
}

_FIELDS = {caption: field for field, captions in _CAPTIONS.items() for caption in captions.split(", ")}
_AROUND = re.compile(r"\s*[\[(].*$")


def field_of(named: str) -> str:
    """The API's name of the field that a sentence names; the caption itself where it is not known.

    A value in brackets and what follows a colon say more about the field, not which it is."""
    caption = _AROUND.sub("", named).strip()
    for words in (caption, caption.partition(":")[0].strip()):
        if words.casefold() in _FIELDS:
            return _FIELDS[words.casefold()]
    return caption
