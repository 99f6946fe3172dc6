"""What salesinvoice/* and salesentry/* hold: invoices, credit notes, their lines, and entries in the sales journal."""

from koppel_exactonline.sandbox.schema.model import table

INVOICES = table(
    "salesinvoice/SalesInvoices", "SalesInvoice", "InvoiceID:G", "GET POST PUT DELETE", "Sales invoices",
    mandatory="Journal:S OrderedBy:G SalesInvoiceLines:C(salesinvoice/SalesInvoiceLines)",
    writable="""
        AmountDiscount:D AmountDiscountExclVat:D Currency:S DeliverTo:G DeliverToAddress:G
        DeliverToContactPerson:G Description:S Discount:D Document:G DueDate:T ExtraDutyAmountFC:D
        GAccountAmountFC:D IncotermAddress:S IncotermCode:S IncotermVersion:I16 InvoiceStatusInformation:S
        InvoiceTo:G InvoiceToContactPerson:G IsExtraDuty:B OrderDate:T OrderNumber:I32
        OrderedByContactPerson:G PaymentCondition:S PaymentReference:S Remarks:S SalesChannel:G
        SalesInvoiceOrderChargeLines:C(salesinvoice/SalesInvoiceOrderChargeLines) Salesperson:G
        SelectionCode:G ShippingMethod:G TaxSchedule:G Type:I32 Warehouse:G WithholdingTaxAmountFC:D
        WithholdingTaxBaseAmount:D WithholdingTaxPercentage:D YourRef:S
    """,
    read_only="""
        AmountDC:D AmountFC:D AmountFCExclVat:D Created:T Creator:G CreatorFullName:S
        DeliverToContactPersonFullName:S DeliverToName:S DiscountType:I16 Division:I32 DocumentNumber:I32
        DocumentSubject:S InvoiceDate:T InvoiceNumber:I32 InvoiceToContactPersonFullName:S InvoiceToName:S
        JournalDescription:S Modified:T Modifier:G ModifierFullName:S OrderedByContactPersonFullName:S
        OrderedByName:S PaymentConditionDescription:S SalesChannelCode:S SalesChannelDescription:S
        SalespersonFullName:S SelectionCodeCode:S SelectionCodeDescription:S ShippingMethodCode:S
        ShippingMethodDescription:S StarterSalesInvoiceStatus:I16 StarterSalesInvoiceStatusDescription:S
        Status:I16 StatusDescription:S TaxScheduleCode:S TaxScheduleDescription:S TypeDescription:S
        VATAmountDC:D VATAmountFC:D
    """,
    fixed="DeliverTo InvoiceTo Journal OrderedBy",
    filter_any_of="""
        Created DeliverTo DeliverToAddress DeliverToContactPerson Description Document InvoiceDate InvoiceID
        InvoiceNumber InvoiceTo InvoiceToContactPerson Journal Modified OrderNumber OrderedBy
        OrderedByContactPerson PaymentReference Salesperson SelectionCode Status TaxSchedule Type Warehouse
        YourRef
    """,
)

INVOICE_LINES = table(
    "salesinvoice/SalesInvoiceLines", "SalesInvoiceLine", "ID:G", "GET POST PUT DELETE", "Sales invoices",
    mandatory="GLAccount:G InvoiceID:G Item:G",
    writable="""
        AmountFC:D CostCenter:S CostUnit:S DeliveryDate:T Description:S Discount:D Employee:G EndTime:T
        ExtraDutyAmountFC:D ExtraDutyPercentage:D NetPrice:D Notes:S Pricelist:G Project:G ProjectWBS:G
        Quantity:D StartTime:T TaxSchedule:G UnitCode:S UnitPrice:D VATAmountDC:D VATAmountFC:D VATCode:S
        VATPercentage:D
    """,
    read_only="""
        AmountDC:D CostCenterDescription:S CostUnitDescription:S CustomField:S CustomerItemCode:S
        Division:I32 EmployeeFullName:S GLAccountDescription:S ItemCode:S ItemDescription:S LineNumber:I32
        PricelistDescription:S ProjectDescription:S ProjectWBSDescription:S SalesOrder:G SalesOrderLine:G
        SalesOrderLineNumber:I32 SalesOrderNumber:I32 Subscription:G SubscriptionDescription:S
        TaxScheduleCode:S TaxScheduleDescription:S UnitDescription:S VATCodeDescription:S
    """,
    fixed="GLAccount InvoiceID",
    filter_any_of="""
        CostCenter CostUnit Description Employee GLAccount ID InvoiceID Item LineNumber Pricelist Project
        SalesOrder SalesOrderLine Subscription TaxSchedule VATCode
    """,
)

INVOICE_CHARGES = table(
    "salesinvoice/SalesInvoiceOrderChargeLines", "SalesInvoiceOrderChargeLine", "ID:G", "GET POST PUT DELETE", "",
    mandatory="InvoiceID:G",
    writable="""
        AmountFCExclVAT:D AmountFCInclVAT:D IsShippingCost:B OrderCharge:G OrderChargesLineDescription:S
        VATCode:S
    """,
    read_only="""
        AmountDC:D AmountVATFC:D Division:I32 GLAccount:G GLAccountCode:S GLAccountDescription:S
        LineNumber:I32 OrderChargeCode:S OrderChargeDescription:S VATDescription:S VATPercentage:D
    """,
)

PRINTED_INVOICES = table(
    "salesinvoice/PrintedSalesInvoices", "PrintedSalesInvoice", "InvoiceID:G", "POST", "Sales invoices",
    writable="""
        Division:I32 Document:G DocumentCreationError:S DocumentCreationSuccess:S DocumentLayout:G
        EmailCreationError:S EmailCreationSuccess:S EmailLayout:G ExtraText:S InvoiceDate:T
        PeppolCreationError:S PeppolCreationSuccess:S PostboxMessageCreationError:S
        PostboxMessageCreationSuccess:S PostboxSender:G ReportingPeriod:I32 ReportingYear:I32
        SendEmailToCustomer:B SendInvoiceToCustomerPostbox:B SendInvoiceViaPeppol:B
        SendOutputBasedOnAccount:B SenderEmailAddress:S
    """,
)

ENTRIES = table(
    "salesentry/SalesEntries", "SalesEntry", "EntryID:G", "GET POST PUT DELETE", "Financial accounting",
    mandatory="Customer:G Journal:S SalesEntryLines:C(salesentry/SalesEntryLines)",
    writable="""
        BatchNumber:I32 Currency:S Description:S Document:G DueDate:T EntryDate:T EntryNumber:I32
        ExternalLinkReference:S GAccountAmountFC:D InvoiceNumber:I32 IsExtraDuty:B OrderNumber:I32
        PaymentCondition:S PaymentReference:S ProcessNumber:I32 Rate:D ReportingPeriod:I16 ReportingYear:I16
        Reversal:B VATAmountFC:D WithholdingTaxAmountDC:D WithholdingTaxBaseAmount:D
        WithholdingTaxPercentage:D YourRef:S
    """,
    read_only="""
        AmountDC:D AmountFC:D Created:T Creator:G CreatorFullName:S CustomField:S CustomerName:S
        Division:I32 DocumentNumber:I32 DocumentSubject:S ExternalLinkDescription:S JournalDescription:S
        Modified:T Modifier:G ModifierFullName:S PaymentConditionDescription:S
        PaymentConditionPaymentMethod:S Status:I16 StatusDescription:S Type:I32 TypeDescription:S
        VATAmountDC:D
    """,
)

ENTRY_LINES = table(
    "salesentry/SalesEntryLines", "SalesEntryLine", "ID:G", "GET POST PUT DELETE", "Financial accounting",
    mandatory="AmountFC:D EntryID:G GLAccount:G",
    writable="""
        Asset:G CostCenter:S CostUnit:S Description:S ExtraDutyAmountFC:D ExtraDutyPercentage:D From:T
        IntraStatArea:S IntraStatCountry:S IntraStatDeliveryTerm:S IntraStatTransactionA:S
        IntraStatTransactionB:S IntraStatTransportMethod:S Notes:S Project:G ProjectWBS:G Quantity:D
        SerialNumber:S StatisticalNetWeight:D StatisticalNumber:S StatisticalQuantity:D StatisticalValue:D
        Subscription:G TaxSchedule:G To:T TrackingNumber:G VATAmountFC:D VATBaseAmountDC:D VATBaseAmountFC:D
        VATCode:S VATPercentage:D
    """,
    read_only="""
        AmountDC:D AssetDescription:S CostCenterDescription:S CostUnitDescription:S CustomField:S
        Division:I32 GLAccountCode:S GLAccountDescription:S LineNumber:I32 ProjectDescription:S
        ProjectWBSDescription:S SubscriptionDescription:S TrackingNumberDescription:S Type:I32 VATAmountDC:D
        VATCodeDescription:S
    """,
)

