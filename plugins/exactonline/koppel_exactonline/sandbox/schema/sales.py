"""What salesorder/* and sales/* hold: orders, lines, charges, methods and channels (reference: Appendix A)."""

from koppel_exactonline.sandbox.schema.model import table

ORDERS = table(
    "salesorder/SalesOrders", "SalesOrder", "OrderID:G", "GET POST PUT DELETE", "Sales orders",
    mandatory="OrderedBy:G SalesOrderLines:C(salesorder/SalesOrderLines)",
    writable="""
        AmountDiscount:D AmountDiscountExclVat:D ApprovalStatus:I16 Currency:S DeliverTo:G DeliverToContactPerson:G
        DeliveryAddress:G DeliveryDate:T Description:S Discount:D Document:G IncotermAddress:S IncotermCode:S
        IncotermVersion:I16 InvoiceTo:G InvoiceToContactPerson:G OrderDate:T OrderNumber:I32
        OrderedByContactPerson:G PaymentCondition:S PaymentReference:S Remarks:S SalesChannel:G
        SalesOrderOrderChargeLines:C(salesorder/SalesOrderOrderChargeLines) Salesperson:G SelectionCode:G
        ServicePoint:S ShippingMethod:G TaxSchedule:G WarehouseID:G YourRef:S
    """,
    read_only="""
        AmountDC:D AmountFC:D AmountFCExclVat:D ApprovalStatusDescription:S Approved:T Approver:G ApproverFullName:S
        Created:T Creator:G CreatorFullName:S CustomField:S DeliverToContactPersonFullName:S DeliverToName:S
        DeliveryStatus:I16 DeliveryStatusDescription:S Division:I32 DocumentNumber:I32 DocumentSubject:S
        InvoiceStatus:I16 InvoiceStatusDescription:S InvoiceToContactPersonFullName:S InvoiceToName:S Modified:T
        Modifier:G ModifierFullName:S OrderedByContactPersonFullName:S OrderedByName:S PaymentConditionDescription:S
        SalesChannelCode:S SalesChannelDescription:S SalespersonFullName:S SelectionCodeCode:S
        SelectionCodeDescription:S ShippingMethodDescription:S Status:I16 StatusDescription:S TaxScheduleCode:S
        TaxScheduleDescription:S WarehouseCode:S WarehouseDescription:S
    """,
    fixed="ApprovalStatus DeliverTo InvoiceTo OrderedBy",
    filter_any_of="""
        OrderID ApprovalStatus Approver Created DeliverTo DeliverToContactPerson DeliveryAddress DeliveryDate
        DeliveryStatus Description Document InvoiceStatus InvoiceTo InvoiceToContactPerson Modified OrderDate
        OrderedBy OrderedByContactPerson OrderNumber PaymentReference Salesperson SelectionCode ShippingMethod
        Status TaxSchedule WarehouseID YourRef
    """,
)

ORDER_LINES = table(
    "salesorder/SalesOrderLines", "SalesOrderLine", "ID:G", "GET POST PUT DELETE", "Sales orders",
    mandatory="Item:G OrderID:G",
    writable="""
        AmountFC:D CostCenter:S CostUnit:S DeliveryDate:T Description:S Discount:D ItemVersion:G Margin:D NetPrice:D
        Notes:S OrderNumber:I32 Pricelist:G Project:G Quantity:D ShopOrder:G TaxSchedule:G UnitCode:S UnitPrice:D
        UseDropShipment:Y VATAmount:D VATCode:S VATPercentage:D
    """,
    read_only="""
        AmountDC:D CostCenterDescription:S CostPriceFC:D CostUnitDescription:S CustomField:S CustomerItemCode:S
        DeliveryStatus:I16 Division:I32 InvoiceStatus:I16 ItemCode:S ItemDescription:S ItemVersionDescription:S
        LineNumber:I32 OrderStatus:I16 PricelistDescription:S ProjectDescription:S PurchaseOrder:G
        PurchaseOrderLine:G PurchaseOrderLineNumber:I32 PurchaseOrderNumber:I32 QuantityDelivered:D
        QuantityInvoiced:D TaxScheduleCode:S TaxScheduleDescription:S UnitDescription:S VATCodeDescription:S
    """,
    filter_any_of="""
        ID CostCenter CostUnit DeliveryDate DeliveryStatus Description InvoiceStatus Item ItemVersion LineNumber
        OrderID OrderNumber OrderStatus Pricelist Project ShopOrder UseDropShipment VATCode
    """,
)

ORDER_CHARGE_LINES = table(
    "salesorder/SalesOrderOrderChargeLines", "SalesOrderOrderChargeLine", "ID:G", "GET POST PUT DELETE", "",
    mandatory="OrderID:G",
    writable="""
        AmountFCExclVAT:D AmountFCInclVAT:D IsShippingCost:B OrderCharge:G OrderChargesLineDescription:S VATCode:S
    """,
    read_only="""
        AmountDC:D AmountVATFC:D Division:I32 LineNumber:I32 OrderChargeCode:S OrderChargeDescription:S
        VATDescription:S VATPercentage:D
    """,
)

ORDER_CHARGES = table(
    "sales/OrderCharges", "OrderCharge", "ID:G", "GET", "",
    writable="""
        Active:B Amount:D Code:S Created:T Creator:G CreatorFullName:S Description:S Division:I32 GLAccount:G
        GLAccountCode:S GLAccountDescription:S Modified:T Modifier:G ModifierFullName:S VATCode:S VATDescription:S
        VATPercentage:D
    """,
)

SHIPPING_METHODS = table(
    "sales/ShippingMethods", "ShippingMethod", "ID:G", "GET", "Sales orders",
    writable="""
        Active:B Amount:D Code:S Created:T Creator:G CreatorFullName:S Description:S Division:I32 Modified:T
        Modifier:G ModifierFullName:S Notes:S ShippingRatesURL:S TrackingURL:S VATCode:S VATCodeDescription:S
        VATPercentage:D
    """,
)

CHANNELS = table(
    "sales/SalesChannels", "SalesChannel", "ID:G", "GET POST PUT DELETE", "Crm quotes sales orders sales invoices",
    writable="Active:B Code:S Description:S Notes:S",
    read_only="""
        Created:T Creator:G CreatorFullName:S Division:I32 Modified:T Modifier:G ModifierFullName:S
    """,
)
