"""What the service says about the user, the divisions and removed rows (reference: Appendix A)."""

from koppel_exactonline.sandbox.schema.model import table

ME = table(
    "current/Me", "Me", "UserID:G", "GET", "-",
    writable="""
        AccountingDivision:I32 CurrentDivision:I32 CustomerCode:S DivisionCustomer:G DivisionCustomerCode:S
        DivisionCustomerName:S DivisionCustomerSiretNumber:S DivisionCustomerVatNumber:S DossierDivision:I32 Email:S
        EmployeeID:G FirstName:S FullName:S Gender:S Initials:S IsClientUser:B IsEmployeeSelfServiceUser:B
        IsMyFirmLiteUser:B IsMyFirmPortalUser:B IsOEIMigrationMandatory:B IsStarterUser:B Language:S LanguageCode:S
        LastName:S Legislation:I64 MiddleName:S Mobile:S Nationality:S PackageCode:S Phone:S PhoneExtension:S
        PictureUrl:S ServerTime:S ServerUtcOffset:D ThumbnailPicture:X ThumbnailPictureFormat:S Title:S UserName:S
    """,
)

DIVISIONS = table(
    "system/Divisions", "Division", "Code:I32", "GET DELETE", "Organization administration",
    writable="""
        AddressLine1:S AddressLine2:S AddressLine3:S ArchiveDate:T BlockingStatus:I32 BusinessTypeCode:S
        BusinessTypeDescription:S ChamberOfCommerceEstablishment:S ChamberOfCommerceNumber:S City:S Class_01:N
        Class_02:N Class_03:N Class_04:N Class_05:N CompanySizeCode:S CompanySizeDescription:S Country:S Created:T
        Creator:G CreatorFullName:S Currency:S Current:B Customer:G CustomerCode:S CustomerName:S
        DatevAccountantNumber:S DatevClientNumber:S Description:S DivisionHRLinkUnlinkDate:T DivisionMoveDate:T
        Email:S Fax:S Hid:I64 IsDossierDivision:B IsHRDivision:B IsMainDivision:B IsPracticeDivision:B Legislation:S
        Modified:T Modifier:G ModifierFullName:S OBNumber:S Phone:S Postcode:S SbiCode:S SbiDescription:S
        SectorCode:S SectorDescription:S ShareCapital:D SiretNumber:S StartDate:T State:S Status:I32 SubsectorCode:S
        SubsectorDescription:S TaxOfficeNumber:S TaxReferenceNumber:S TemplateCode:S VATNumber:S Website:S
    """,
)

DELETED = table(
    "sync/Deleted", "Deleted", "Timestamp:I64", "GET", "Organization administration",
    writable="DeletedBy:G DeletedDate:T Division:I32 EntityKey:G EntityType:I32 ID:G",
    page=1000,
)

SUBSCRIPTIONS = table(
    "webhooks/WebhookSubscriptions", "WebhookSubscription", "ID:G", "GET POST PUT DELETE", "Organization administration",
    mandatory="CallbackURL:S Topic:S",
    writable="IsInstant:B UserID:G",
    read_only="ClientID:G Created:T Creator:G CreatorFullName:S Description:S Division:I32",
)
