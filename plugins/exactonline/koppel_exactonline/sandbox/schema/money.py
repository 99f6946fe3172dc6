"""What financialtransaction/* holds of bank and cash: entries and their lines."""

from koppel_exactonline.sandbox.schema.model import table

_LINE = """
    Account:G AmountVATFC:D Asset:G CostCenter:S CostUnit:S Date:T Description:S Document:G ExchangeRate:D Notes:S
    OurRef:I32 Project:G ProjectWBS:G Quantity:D VATCode:S VATPercentage:D VATType:S
"""
_LINE_READ = """
    AccountCode:S AccountName:S AmountDC:D AssetCode:S AssetDescription:S CostCenterDescription:S CostUnitDescription:S
    Created:T Creator:G CreatorFullName:S CustomField:S Division:I32 DocumentNumber:I32 DocumentSubject:S EntryNumber:I32
    GLAccountCode:S GLAccountDescription:S LineNumber:I32 Modified:T Modifier:G ModifierFullName:S OffsetID:G
    ProjectCode:S ProjectDescription:S ProjectWBSDescription:S VATCodeDescription:S
"""
_ENTRY = "ClosingBalanceFC:D Currency:S EntryNumber:I32 FinancialPeriod:I16 FinancialYear:I16 OpeningBalanceFC:D"
_ENTRY_READ = "Created:T CustomField:S Division:I32 JournalDescription:S Modified:T Status:I16 StatusDescription:S"

BANK_ENTRIES = table(
    "financialtransaction/BankEntries", "BankEntry", "EntryID:G", "GET POST DELETE", "Financial accounting",
    mandatory="BankEntryLines:C(financialtransaction/BankEntryLines) JournalCode:S",
    writable=f"BankStatementDocument:G {_ENTRY}",
    read_only=f"BankStatementDocumentNumber:I32 BankStatementDocumentSubject:S {_ENTRY_READ}",
)

BANK_ENTRY_LINES = table(
    "financialtransaction/BankEntryLines", "BankEntryLine", "ID:G", "GET POST", "Financial accounting",
    mandatory="AmountFC:D EntryID:G GLAccount:G", writable=_LINE, read_only=_LINE_READ,
)

CASH_ENTRIES = table(
    "financialtransaction/CashEntries", "CashEntry", "EntryID:G", "GET POST DELETE", "Financial accounting",
    mandatory="CashEntryLines:C(financialtransaction/CashEntryLines) JournalCode:S", writable=_ENTRY, read_only=_ENTRY_READ,
)

CASH_ENTRY_LINES = table(
    "financialtransaction/CashEntryLines", "CashEntryLine", "ID:G", "GET POST", "Financial accounting",
    mandatory="AmountFC:D EntryID:G GLAccount:G", writable=_LINE, read_only=_LINE_READ,
)
