"""What logistics/* holds: items, their groups, prices and units (reference: Appendix A)."""

from koppel_exactonline.sandbox.schema.model import table

ITEMS = table(
    "logistics/Items", "Item", "ID:G", "GET POST PUT DELETE", "Logistics items",
    mandatory="Code:S Description:S",
    writable="""
        AverageCost:D Barcode:S Class_01:S Class_02:S Class_03:S Class_04:S Class_05:S Class_06:S Class_07:S
        Class_08:S Class_09:S Class_10:S CopyRemarks:Y CostPriceCurrency:S CostPriceNew:D CostPriceStandard:D
        EndDate:T ExtraDescription:S FreeBoolField_01:B FreeBoolField_02:B FreeBoolField_03:B FreeBoolField_04:B
        FreeBoolField_05:B FreeDateField_01:T FreeDateField_02:T FreeDateField_03:T FreeDateField_04:T
        FreeDateField_05:T FreeNumberField_01:D FreeNumberField_02:D FreeNumberField_03:D FreeNumberField_04:D
        FreeNumberField_05:D FreeNumberField_06:D FreeNumberField_07:D FreeNumberField_08:D FreeTextField_01:S
        FreeTextField_02:S FreeTextField_03:S FreeTextField_04:S FreeTextField_05:S FreeTextField_06:S
        FreeTextField_07:S FreeTextField_08:S FreeTextField_09:S FreeTextField_10:S GLCosts:G
        GLCostsWorkInProgress:G GLRevenue:G GLRevenueWorkInProgress:G GLStock:G GrossWeight:D IsBatchItem:Y
        IsBatchNumberItem:Y IsFractionAllowedItem:B IsMakeItem:Y IsNewContract:Y IsOnDemandItem:Y IsPackageItem:B
        IsPurchaseItem:B IsRegistrationCodeItem:Y IsSalesItem:B IsSerialItem:B IsSerialNumberItem:B IsStockItem:B
        IsSubcontractedItem:B IsTaxableItem:Y IsTime:Y IsWebshopItem:Y ItemGroup:G NetWeight:D NetWeightUnit:S
        Notes:S Picture:X PictureName:S SalesVatCode:S SearchCode:S SecurityLevel:I32 StartDate:T Unit:S
    """,
    read_only="""
        AssembledLeadDays:I32 BatchQuantity:D Created:T Creator:G CreatorFullName:S CustomField:S Division:I32
        GLCostsCode:S GLCostsDescription:S GLCostsWorkInProgressCode:S GLCostsWorkInProgressDescription:S
        GLRevenueCode:S GLRevenueDescription:S GLRevenueWorkInProgressCode:S GLRevenueWorkInProgressDescription:S
        GLStockCode:S GLStockDescription:S ItemGroupCode:S ItemGroupDescription:S Modified:T Modifier:G
        ModifierFullName:S PictureThumbnailUrl:S PictureUrl:S SalesVatCodeDescription:S StandardSalesPrice:D
        StatisticalCode:S StatisticalNetWeight:D StatisticalUnits:D StatisticalValue:D Stock:D UnitDescription:S
        UnitType:S UseExplosion:Y
    """,
    fixed="AverageCost CostPriceStandard PictureName",
    filter_any_of="""
        ID Barcode Class_01 Class_02 Class_03 Class_04 Class_05 Class_06 Class_07 Class_08 Class_09 Class_10 Code
        CostPriceNew Created Description EndDate ExtraDescription FreeBoolField_01 FreeBoolField_02 FreeBoolField_03
        FreeBoolField_04 FreeBoolField_05 FreeDateField_01 FreeDateField_02 FreeDateField_03 FreeDateField_04
        FreeDateField_05 FreeNumberField_01 FreeNumberField_02 FreeNumberField_03 FreeNumberField_04
        FreeNumberField_05 FreeNumberField_06 FreeNumberField_07 FreeNumberField_08 FreeTextField_01
        FreeTextField_02 FreeTextField_03 FreeTextField_04 FreeTextField_05 FreeTextField_06 FreeTextField_07
        FreeTextField_08 FreeTextField_09 FreeTextField_10 GLCosts GLCostsWorkInProgress GLRevenue
        GLRevenueWorkInProgress GLStock IsBatchItem IsFractionAllowedItem IsMakeItem IsPurchaseItem IsSalesItem
        IsSerialItem IsStockItem IsSubcontractedItem IsTime IsWebshopItem ItemGroup ItemGroupCode Modified
        NetWeightUnit SalesVatCode SearchCode StartDate Unit
    """,
)

ITEM_GROUPS = table(
    "logistics/ItemGroups", "ItemGroup", "ID:G", "GET", "Logistics items",
    writable="""
        Code:S Created:T Creator:G CreatorFullName:S Description:S Division:I32 GLCosts:G GLCostsCode:S
        GLCostsDescription:S GLCostsWorkInProgress:G GLCostsWorkInProgressCode:S GLCostsWorkInProgressDescription:S
        GLPurchaseAccount:G GLPurchaseAccountCode:S GLPurchaseAccountDescription:S GLPurchasePriceDifference:G
        GLPurchasePriceDifferenceCode:S GLPurchasePriceDifferenceDescr:S GLRevenue:G GLRevenueCode:S
        GLRevenueDescription:S GLRevenueWorkInProgress:G GLRevenueWorkInProgressCode:S
        GLRevenueWorkInProgressDescription:S GLStock:G GLStockCode:S GLStockDescription:S GLStockVariance:G
        GLStockVarianceCode:S GLStockVarianceDescription:S IsDefault:Y Modified:T Modifier:G ModifierFullName:S
        Notes:S
    """,
)

PRICES = table(
    "logistics/SalesItemPrices", "SalesItemPrice", "ID:G", "GET POST PUT DELETE", "Sales prices",
    writable="""
        Account:G Currency:S Employee:G EndDate:T Item:G NumberOfItemsPerUnit:D Price:D Project:G Quantity:D
        StartDate:T Unit:S
    """,
    read_only="""
        AccountName:S Barcode:S Created:T Creator:G CreatorFullName:S DefaultItemUnit:S DefaultItemUnitDescription:S
        Division:I32 ItemCode:S ItemDescription:S Modified:T Modifier:G ModifierFullName:S ProjectDescription:S
        UnitDescription:S
    """,
    needs_select=True,
)

UNITS = table(
    "logistics/Units", "Unit", "ID:G", "GET", "Logistics items",
    writable="Active:B Code:S Description:S Division:I32 Main:Y TimeUnit:S Type:S",
)
