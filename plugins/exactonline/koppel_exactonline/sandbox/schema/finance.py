"""What the ledger holds: VAT codes, conditions, accounts, journals, currencies (reference: Appendix A)."""

from koppel_exactonline.sandbox.schema.model import computed, table

VAT_CODES = table(
    "vat/VATCodes", "VATCode", "ID:G", "GET POST PUT DELETE", "Financial accounting",
    mandatory="Code:S Description:S",
    writable="""
        Account:G CalculationBasis:Y Charged:B EUSalesListing:S ExcludeVATListing:Y GLDiscountPurchase:G
        GLDiscountSales:G GLToClaim:G GLToPay:G IntraStat:B IntrastatType:S IsBlocked:B LegalText:S OssCountry:S
        TaxReturnType:I16 Type:S VATPartialRatio:I16 VATPercentages:C(vat/VatPercentages) VATTransactionType:S
        VatDocType:S VatMargin:Y
    """,
    read_only="""
        AccountCode:S AccountName:S Country:S Created:T Creator:G CreatorFullName:S CustomField:S Division:I32
        GLDiscountPurchaseCode:S GLDiscountPurchaseDescription:S GLDiscountSalesCode:S GLDiscountSalesDescription:S
        GLToClaimCode:S GLToClaimDescription:S GLToPayCode:S GLToPayDescription:S Modified:T Modifier:G
        ModifierFullName:S Percentage:D
    """,
)

VAT_PERCENTAGES = table(
    "vat/VatPercentages", "VatPercentage", "ID:G", "GET", "Financial accounting",
    mandatory="VATCodeID:G",
    writable="""
        Created:T Creator:G CreatorFullName:S Division:I32 EndDate:T LineNumber:I32 Modified:T Modifier:G
        ModifierFullName:S Percentage:D StartDate:T Type:I16
    """,
)

PAYMENT_CONDITIONS = table(
    "cashflow/PaymentConditions", "PaymentCondition", "ID:G", "GET POST", "Financial cashflow",
    mandatory="Code:S Description:S",
    writable="""
        CreditManagementScenario:G DiscountCalculation:S DiscountPaymentDays:I32 DiscountPercentage:D
        PaymentDays:I32 PaymentDiscountType:S PaymentEndOfMonths:I32 PaymentMethod:S Percentage:D VATCalculation:S
    """,
    read_only="""
        Created:T Creator:G CreatorFullName:S CreditManagementScenarioCode:S CreditManagementScenarioDescription:S
        Division:I32 Modified:T Modifier:G ModifierFullName:S
    """,
)

LEDGER_ACCOUNTS = table(
    "financial/GLAccounts", "GLAccount", "ID:G", "GET POST PUT DELETE", "Financial generalledgers",
    mandatory="Code:S Description:S",
    writable="""
        AllowCostsInSales:Y AssimilatedVATBox:I16 BalanceSide:S BalanceType:S BelcotaxType:I32 Compress:B
        Costcenter:S Costunit:S DeductibilityPercentages:C(-) DescriptionTermID:I32 ExcludeVATListing:Y
        ExpenseNonDeductiblePercentage:D IsBlocked:B Matching:B PrivateGLAccount:G PrivatePercentage:D
        ReportingCode:S RevalueCurrency:B SearchCode:S Type:I32 UseCostcenter:Y UseCostunit:Y VATCode:S
        VATGLAccountType:S VATNonDeductibleGLAccount:G VATNonDeductiblePercentage:D VATSystem:S
        YearEndCostGLAccount:G YearEndReflectionGLAccount:G
    """,
    read_only="""
        CostcenterDescription:S CostunitDescription:S Created:T Creator:G CreatorFullName:S CustomField:S
        Division:I32 Modified:T Modifier:G ModifierFullName:S TypeDescription:S VATDescription:S
    """,
)

JOURNALS = table(
    "financial/Journals", "Journal", "ID:G", "GET POST PUT DELETE", "Financial generalledgers",
    writable="""
        AllowVAT:B AllowVariableCurrency:B AllowVariableExchangeRate:B AutoSave:B Bank:G BankAccountID:G
        BankAccountIncludingMask:S Code:S Currency:S Description:S GLAccount:G IsBlocked:B PaymentInTransitAccount:G
        PaymentServiceAccountIdentifier:S PaymentServiceProvider:I32 Type:I32
    """,
    read_only="""
        BankAccountBICCode:S BankAccountCountry:S BankAccountDescription:S BankAccountIBAN:S BankAccountUseSEPA:B
        BankAccountUseSepaDirectDebit:B BankName:S Created:T Creator:G CreatorFullName:S CurrencyDescription:S
        CustomField:S Division:I32 GLAccountCode:S GLAccountDescription:S GLAccountType:I32 Modified:T Modifier:G
        ModifierFullName:S PaymentServiceProviderName:S
    """,
)

CURRENCIES = table(
    "general/Currencies", "Currency", "Code:S", "GET", "Financial currencies",
    writable="AmountPrecision:D Created:T Description:S Modified:T PricePrecision:D",
)

COST_CENTERS = table(
    "hrm/Costcenters", "Costcenter", "ID:G", "GET POST PUT DELETE", "Financial costcenters",
    mandatory="Code:S Description:S",
    writable="Active:B EndDate:T",
    read_only="""
        Created:T Creator:G CreatorFullName:S CustomField:S Division:I32 Modified:T Modifier:G
        ModifierFullName:S
    """,
    fixed="Code",
)

COST_UNITS = table(
    "hrm/Costunits", "Costunit", "ID:G", "GET POST PUT DELETE", "Financial costcenters",
    mandatory="Code:S Description:S",
    writable="EndDate:T",
    read_only="""
        Created:T Creator:G CreatorFullName:S CustomField:S Division:I32 Modified:T Modifier:G
        ModifierFullName:S
    """,
    fixed="Code",
)

PERIODS = table(
    "financial/FinancialPeriods", "FinancialPeriod", "ID:G", "GET", "Financial accounting",
    writable="""
        Created:T Creator:G CreatorFullName:S Division:I32 EndDate:T FinPeriod:I16 FinYear:I16 Modified:T
        Modifier:G ModifierFullName:S StartDate:T
    """,
)

JOURNAL_STATUSES = computed(
    "read/financial/JournalStatusByFinancialPeriod", "JournalStatusByFinancialPeriod", "Journal:S Period:I32 Year:I32",
    "Financial accounting",
    "JournalDescription:S JournalType:I32 JournalTypeDescription:S Status:I32 StatusDescription:S",
)
