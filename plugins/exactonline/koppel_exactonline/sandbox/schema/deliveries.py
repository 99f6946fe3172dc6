"""What goes out of the door and comes into the bank: goods deliveries with their lines, and receivables."""

from koppel_exactonline.sandbox.schema.model import table

DELIVERIES = table(
    "salesorder/GoodsDeliveries", "GoodsDelivery", "EntryID:G", "GET POST PUT", "Logistics wms",
    mandatory="DeliveryDate:T GoodsDeliveryLines:C(salesorder/GoodsDeliveryLines)",
    writable="Description:S Document:G Remarks:S ShippingMethod:G TrackingNumber:S",
    read_only="""
        Created:T Creator:G CreatorFullName:S DeliveryAccount:G DeliveryAccountCode:S DeliveryAccountName:S
        DeliveryAddress:G DeliveryContact:G DeliveryContactPersonFullName:S DeliveryNumber:I32 Division:I32
        DocumentSubject:S EntryNumber:I32 Modified:T Modifier:G ModifierFullName:S ShippingMethodCode:S
        ShippingMethodDescription:S Warehouse:G WarehouseCode:S WarehouseDescription:S
    """,
    fixed="DeliveryDate Description ShippingMethod",
    needs_select=True,
)

DELIVERY_LINES = table(
    "salesorder/GoodsDeliveryLines", "GoodsDeliveryLine", "ID:G", "GET POST PUT", "Logistics wms",
    mandatory="QuantityDelivered:D SalesOrderLineID:G",
    writable="""
        BatchNumbers:C(-) Description:S EntryID:G Notes:S SerialNumbers:C(-) StorageLocation:G
        StorageLocationCode:S StorageLocationDescription:S TrackingNumber:S
    """,
    read_only="""
        Created:T Creator:G CreatorFullName:S CustomerItemCode:S DeliveryDate:T Division:I32 Item:G
        ItemCode:S ItemDescription:S LineNumber:I32 Modified:T Modifier:G ModifierFullName:S
        QuantityOrdered:D SalesOrderLineNumber:I32 SalesOrderNumber:I32 Unitcode:S
    """,
    fixed="""
        Description EntryID QuantityDelivered SalesOrderLineID StorageLocation StorageLocationCode
        StorageLocationDescription
    """,
)

RECEIVABLES = table(
    "cashflow/Receivables", "Receivable", "ID:G", "GET PUT", "Financial receivables",
    writable="Description:S PaymentMethod:S PaymentReference:S",
    read_only="""
        Account:G AccountBankAccountID:G AccountBankAccountNumber:S AccountCode:S AccountContact:G
        AccountContactName:S AccountCountry:S AccountName:S AmountDC:D AmountDiscountDC:D AmountDiscountFC:D
        AmountFC:D BankAccountID:G BankAccountNumber:S CashflowTransactionBatchCode:S Created:T Creator:G
        CreatorFullName:S Currency:S DirectDebitMandate:G DirectDebitMandateDescription:S
        DirectDebitMandatePaymentType:I16 DirectDebitMandateReference:S DirectDebitMandateType:I16
        DiscountDueDate:T Division:I32 Document:G DocumentNumber:I32 DocumentSubject:S DueDate:T EndDate:T
        EndPeriod:I16 EndToEndID:S EndYear:I16 EntryDate:T EntryID:G EntryNumber:I32 GLAccount:G
        GLAccountCode:S GLAccountDescription:S InvoiceDate:T InvoiceNumber:I32 IsBatchBooking:Y
        IsFullyPaid:B Journal:S JournalDescription:S LastPaymentDate:T Modified:T Modifier:G
        ModifierFullName:S OrderNumber:I32 PaymentCondition:S PaymentConditionDescription:S PaymentDays:I32
        PaymentDaysDiscount:I32 PaymentDiscountPercentage:D PaymentInformationID:S RateFC:D
        ReceivableBatchNumber:I32 ReceivableSelected:T ReceivableSelector:G ReceivableSelectorFullName:S
        Source:I32 Status:I16 TransactionAmountDC:D TransactionAmountFC:D TransactionDueDate:T
        TransactionEntryID:G TransactionID:G TransactionIsReversal:B TransactionReportingPeriod:I16
        TransactionReportingYear:I16 TransactionStatus:I16 TransactionType:I32 YourRef:S
    """,
    needs_select=True,
)

