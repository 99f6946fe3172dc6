"""The sentences of business errors and the captions of fields, in the three languages the simulator speaks."""

from __future__ import annotations

LANGUAGES = ("NL", "EN", "FR")

_SENTENCES = {
    "mandatory": ("Verplicht: {0}", "Mandatory: {0}", "Obligatoire : {0}"),
    "reference": ("Ongeldige referentie: {0}", "Invalid reference: {0}", "Référence invalide : {0}"),
    "exists": ("Gegeven bestaat reeds.", "Data already exists", "Les données existent déjà."),
    "invalid": ("Ongeldig: {0}", "Invalid: {0}", "Non valide : {0}"),
    "invalid_value": ("Ongeldig: {0} [{1}]", "Invalid: {0} [{1}]", "Non valide : {0} [{1}]"),
    "in_use": ("In gebruik: {0}", "In use: {0}", "Utilisé : {0}"),
    "blocked": ("Geblokkeerd: {0}", "Blocked: {0}", "Bloqué : {0}"),
    "fixed": ("Niet toegestaan te wijzigen: {0}", "Not allowed to change: {0}", "Modification non autorisée : {0}"),
    "too_long": ("Te lang: {0}", "Too long: {0}", "Trop long : {0}"),
    "processed": ("Niet toegestaan: Boeking is verwerkt", "Not allowed: Entry is processed",
                  "Non autorisé : l'écriture est traitée"),
    "journal_type": ("Ongeldig: {0} (Type)", "Invalid: {0} (type)", "Non valide : {0} (type)"),
    "fiscal_year": ("Onbekend: Boekjaar (Periode - datumtabel)", "Unknown: Fiscal year (Period - date table)",
                    "Inconnu : Exercice (Période - table des dates)"),
    "period": ("Periode is afgesloten", "Period is closed", "La période est clôturée"),
    "edition": ("Niet beschikbaar: {0}", "Not available: {0}", "Non disponible : {0}"),
    "callback": (
        "Ongeldig: Post naar callback-URL geeft {1}",
        "Invalid: Post to callback URL endpoint returns {1}",
        "Non valide : le post vers l'URL de rappel donne {1}",
    ),
    "completed": ("Niet toegestaan: Verkooporder is voltooid", "Not allowed: Sales order is completed",
                  "Non autorisé : la commande est terminée"),
}

_CAPTIONS = {
    "Account": ("Relatie", "Account", "Relation"),
    "Code": ("Code", "Code", "Code"),
    "CallbackURL": ("Callback-URL", "Callback URL", "URL de rappel"),
    "Contact": ("Contactpersoon", "Contact", "Contact"),
    "Country": ("Land", "Country", "Pays"),
    "Currency": ("Valuta", "Currency", "Devise"),
    "DeliverTo": ("Leveren aan", "Deliver to", "Livrer à"),
    "DeliveryAddress": ("Afleveradres", "Delivery address", "Adresse de livraison"),
    "Customer": ("Klant", "Customer", "Client"),
    "DeliveryAccount": ("Leveren aan", "Deliver to", "Livrer à"),
    "DeliveryDate": ("Leverdatum", "Delivery date", "Date de livraison"),
    "Description": ("Omschrijving", "Description", "Description"),
    "Email": ("E-mail", "Email", "E-mail"),
    "EntryNumber": ("Boekstuknummer", "Entry number", "Numéro d'écriture"),
    "FirstName": ("Voornaam", "First name", "Prénom"),
    "GLAccount": ("Grootboekrekening", "G/L account", "Compte général"),
    "InvoiceID": ("Factuur", "Invoice", "Facture"),
    "InvoiceNumber": ("Factuurnummer", "Invoice number", "Numéro de facture"),
    "InvoiceTo": ("Factuur voor", "Invoice to", "Facturer à"),
    "Item": ("Artikel", "Item", "Article"),
    "ItemGroup": ("Artikelgroep", "Item group", "Groupe d'articles"),
    "Journal": ("Dagboek", "Journal", "Journal"),
    "LastName": ("Achternaam", "Last name", "Nom"),
    "MainContact": ("Hoofdcontactpersoon", "Main contact", "Contact principal"),
    "Name": ("Naam", "Name", "Nom"),
    "OrderCharge": ("Toeslag", "Order charge", "Frais"),
    "OrderID": ("Verkooporder", "Sales order", "Commande"),
    "OrderNumber": ("Ordernummer", "Order number", "Numéro de commande"),
    "OrderedBy": ("Besteld door", "Ordered by", "Commandé par"),
    "PaymentCondition": ("Betalingsconditie", "Payment condition", "Condition de paiement"),
    "PaymentConditionSales": (
        "Betalingsconditie: Verkoop", "Payment condition: Sales", "Condition de paiement : Vente",
    ),
    "Quantity": ("Aantal", "Quantity", "Quantité"),
    "SalesChannel": ("Verkoopkanaal", "Sales channel", "Canal de vente"),
    "SalesEntryLines": ("Boekingsregels", "Entry lines", "Lignes d'écriture"),
    "SalesInvoiceLines": ("Factuurregels", "Invoice lines", "Lignes de facture"),
    "SalesOrderLines": ("Orderregels", "Order lines", "Lignes de commande"),
    "SalesVATCode": ("Btw-code: Verkoop", "VAT code: Sales", "Code TVA : Vente"),
    "SalesVatCode": ("Btw-code: Verkoop", "VAT code: Sales", "Code TVA : Vente"),
    "ShippingMethod": ("Verzendwijze", "Shipping method", "Mode d'expédition"),
    "Status": ("Status", "Status", "Statut"),
    "Topic": ("Onderwerp", "Topic", "Sujet"),
    "Type": ("Type", "Type", "Type"),
    "Unit": ("Eenheid", "Unit", "Unité"),
    "UnitCode": ("Eenheid", "Unit", "Unité"),
    "VATCode": ("Btw-code", "VAT code", "Code TVA"),
    "Warehouse": ("Magazijn", "Warehouse", "Entrepôt"),
    "WarehouseID": ("Magazijn", "Warehouse", "Entrepôt"),
}


def sentence(kind: str, language: str, field: str = "", value: str = "") -> str:
    """The error of `kind` about `field`, in `language`."""
    at = LANGUAGES.index(language)
    caption = _CAPTIONS.get(field, (field,) * len(LANGUAGES))[at]
    return _SENTENCES[kind][at].format(caption, value)
