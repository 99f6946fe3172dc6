"""What inventory/* holds: warehouses and the stock of an item in each (reference: Appendix A)."""

from koppel_exactonline.sandbox.schema.model import table

WAREHOUSES = table(
    "inventory/Warehouses", "Warehouse", "ID:G", "GET POST PUT DELETE", "Logistics inventory",
    writable="Code:S Description:S EMail:S Main:Y ManagerUser:G UseStorageLocations:Y",
    read_only="""
        Created:T Creator:G CreatorFullName:S DefaultStorageLocation:G DefaultStorageLocationCode:S
        DefaultStorageLocationDescription:S Division:I32 Modified:T Modifier:G ModifierFullName:S
    """,
)

ITEM_WAREHOUSES = table(
    "inventory/ItemWarehouses", "ItemWarehouse", "ID:G", "GET POST PUT DELETE", "Logistics inventory",
    mandatory="Item:G Warehouse:G",
    writable="""
        CountingCycle:I16 DefaultStorageLocation:G MaximumStock:D OrderPolicy:I16 Period:I16 ReorderPoint:D
        ReorderQuantity:D ReplenishmentType:I16 SafetyStock:D
    """,
    read_only="""
        Created:T Creator:G CreatorFullName:S CurrentStock:D DefaultStorageLocationCode:S
        DefaultStorageLocationDescription:S Division:I32 ItemBarcode:S ItemCode:S ItemDescription:S ItemEndDate:T
        ItemIsFractionAllowedItem:B ItemIsStockItem:B ItemStartDate:T ItemUnit:S ItemUnitDescription:S Modified:T
        Modifier:G ModifierFullName:S NextCountingCycle:T PlannedStockIn:D PlannedStockOut:D PlanningDetailsUrl:S
        ProjectedStock:D ReservedStock:D StorageLocationSequenceNumber:I32 StorageLocationUrl:S WarehouseCode:S
        WarehouseDescription:S
    """,
    fixed="Item Warehouse",
)

STOCK_COUNTS = table(
    "inventory/StockCounts", "StockCount", "StockCountID:G", "GET POST PUT DELETE", "Logistics inventory",
    mandatory="StockCountDate:T StockCountLines:C(inventory/StockCountLines) Warehouse:G",
    writable="CountedBy:G Description:S OffsetGLInventory:G Status:I16",
    read_only="""
        Created:T Creator:G CreatorFullName:S Division:I32 EntryNumber:I32 Modified:T Modifier:G
        ModifierFullName:S OffsetGLInventoryCode:S OffsetGLInventoryDescription:S Source:I16
        StockCountNumber:I32 WarehouseCode:S WarehouseDescription:S
    """,
    fixed="Status Warehouse",
)

STOCK_COUNT_LINES = table(
    "inventory/StockCountLines", "StockCountLine", "ID:G", "GET POST PUT DELETE", "Logistics inventory",
    mandatory="Item:G StockCountID:G",
    writable="""
        BatchNumbers:C(-) CountedBy:G QuantityDifference:D QuantityNew:D ReasonCode:S SerialNumbers:C(-)
        Source:I16 Status:I16 StorageLocation:G Warehouse:G
    """,
    read_only="""
        CostPrice:D Created:T Creator:G CreatorFullName:S Division:I32 ItemBarcode:S ItemCode:S
        ItemCostPrice:D ItemDescription:S ItemDivisable:B LineNumber:I32 Modified:T Modifier:G
        ModifierFullName:S QuantityInStock:D ReasonCodeDescription:S ReasonCodeID:G StockKeepingUnit:S
        StorageLocationCode:S StorageLocationDescription:S StorageLocationSequenceNumber:I32
    """,
    fixed="Item StockCountID StorageLocation",
)
