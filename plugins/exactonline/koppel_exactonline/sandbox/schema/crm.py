"""What crm/* holds: accounts, contacts, addresses and bank accounts (reference: Appendix A)."""

from koppel_exactonline.sandbox.schema.model import table

ACCOUNTS = table(
    "crm/Accounts", "Account", "ID:G", "GET POST PUT DELETE", "Crm accounts",
    mandatory="Name:S",
    writable="""
        AccountManager:G Accountant:G ActivitySector:G ActivitySubSector:G AddressLine1:S AddressLine2:S
        AddressLine3:S AutomaticProcessProposedEntry:Y BSN:S Blocked:B BusinessType:G CanDropShip:B
        ChamberOfCommerce:S City:S Classification1:G Classification2:G Classification3:G Classification4:G
        Classification5:G Classification6:G Classification7:G Classification8:G ClientGroup:G
        ClientGroupDescription:S Code:S CodeAtSupplier:S CompanySize:G ConsolidationScenario:Y ControlledDate:T
        Country:S CreditLinePurchase:D CreditLineSales:D DatevCreditorCode:S DatevDebtorCode:S DeliveryAdvice:Y
        DiscountPurchase:D DiscountSales:D EORINumber:S Email:S EnableSalesPaymentLink:B EndDate:T EstablishedDate:T
        Fax:S GLAP:G GLAR:G GLAccountPurchase:G GLAccountSales:G GlnNumber:S HasWithholdingTaxSales:B
        IgnoreDatevWarningMessage:B IncotermAddressPurchase:S IncotermAddressSales:S IncotermCodePurchase:S
        IncotermCodeSales:S IncotermVersionPurchase:I16 IncotermVersionSales:I16 IntraStatArea:S
        IntraStatDeliveryTerm:S IntraStatSystem:S IntraStatTransactionA:S IntraStatTransactionB:S
        IntraStatTransportMethod:S InvoiceAccount:G InvoiceAttachmentType:I32 InvoicingMethod:I32 IsAccountant:Y
        IsAgency:Y IsCompetitor:Y IsExtraDuty:B IsMailing:Y IsPilot:B IsReseller:B IsSupplier:B Language:S
        Latitude:D LeadPurpose:G LeadSource:G Logo:X LogoFileName:S Longitude:D MainContact:G OINNumber:S Parent:G
        PayAsYouEarn:S PaymentConditionPurchase:S PaymentConditionSales:S PeppolIdentifier:S
        PeppolIdentifierType:I32 Phone:S PhoneExtension:S Postcode:S PriceList:G PurchaseCurrency:S
        PurchaseLeadDays:I32 PurchaseVATCode:S RSIN:S RecepientOfCommissions:B Remarks:S Reseller:G SalesCurrency:S
        SalesTaxSchedule:G SalesVATCode:S SearchCode:S SecurityLevel:I32 SeparateInvPerProject:Y
        SeparateInvPerSubscription:Y ShippingLeadDays:I32 ShippingMethod:G ShowRemarkForSales:B StartDate:T State:S
        Status:S TradeName:S UniqueTaxpayerReference:S VATLiability:S VATNumber:S Website:S
    """,
    read_only="""
        AccountManagerFullName:S AccountManagerHID:I32 AddressSource:Y BRIN:G BankAccounts:C(crm/BankAccounts)
        Classification:S ClassificationDescription:S CostPaid:Y Costcenter:S CostcenterDescription:S CountryName:S
        Created:T Creator:G CreatorFullName:S Currency:S CustomField:S CustomerSince:T Division:I32 Document:G
        DunsNumber:S InvoiceAccountCode:S InvoiceAccountName:S IsAnonymised:Y IsBank:B IsMember:B IsPurchase:B
        IsSales:B LanguageDescription:S LogoThumbnailUrl:S LogoUrl:S Modified:T Modifier:G ModifierFullName:S
        PaymentConditionPurchaseDescription:S PaymentConditionSalesDescription:S PurchaseCurrencyDescription:S
        PurchaseVATCodeDescription:S ResellerCode:S ResellerName:S SalesCurrencyDescription:S SalesTaxScheduleCode:S
        SalesTaxScheduleDescription:S SalesVATCodeDescription:S Source:Y StateName:S StatusSince:T Type:S
    """,
    filter_any_of="""
        ID Accountant AccountManager AddressLine1 AddressLine2 AddressLine3 Blocked BRIN BSN ChamberOfCommerce City
        Classification Classification1 Classification2 Classification3 Classification4 Classification5
        Classification6 Classification7 Classification8 Code CodeAtSupplier Country Created Email EndDate EORINumber
        Fax InvoiceAccount IsAccountant IsReseller IsSales IsSupplier MainContact Modified Name Parent Phone
        Postcode PriceList Reseller RSIN SearchCode StartDate Status Type VATNumber
    """,
)

CONTACTS = table(
    "crm/Contacts", "Contact", "ID:G", "GET POST PUT DELETE", "Crm accounts",
    mandatory="Account:G FirstName:S LastName:S",
    writable="""
        BirthDate:T BirthName:S BirthNamePrefix:S BirthPlace:S BusinessEmail:S BusinessFax:S BusinessMobile:S
        BusinessPhone:S BusinessPhoneExtension:S Email:S EndDate:T Gender:S HID:I32 IdentificationDate:T
        IdentificationDocument:G IdentificationUser:G Initials:S IsMailingExcluded:B JobTitleDescription:S
        Language:S LeadPurpose:G LeadSource:G MarketingNotes:S MiddleName:S Mobile:S Nationality:S Notes:S Person:G
        Phone:S Picture:X PictureName:S SocialSecurityNumber:S StartDate:T Title:S
    """,
    read_only="""
        AccountIsCustomer:B AccountIsSupplier:B AccountMainContact:G AccountName:S AddressLine2:S AddressStreet:S
        AddressStreetNumber:S AddressStreetNumberSuffix:S AllowMailing:I32 City:S Code:S Country:S Created:T
        Creator:G CreatorFullName:S CustomField:S Division:I32 FullName:S IsAnonymised:Y IsMainContact:B Modified:T
        Modifier:G ModifierFullName:S PartnerName:S PartnerNamePrefix:S PhoneExtension:S PictureThumbnailUrl:S
        PictureUrl:S Postcode:S State:S TitleAbbreviation:S TitleDescription:S
    """,
    fixed="Account",
)

ADDRESSES = table(
    "crm/Addresses", "Address", "ID:G", "GET POST PUT DELETE", "Crm accounts",
    writable="""
        Account:G AddressLine1:S AddressLine2:S AddressLine3:S City:S Contact:G Country:S Fax:S FreeBoolField_01:B
        FreeBoolField_02:B FreeBoolField_03:B FreeBoolField_04:B FreeBoolField_05:B FreeDateField_01:T
        FreeDateField_02:T FreeDateField_03:T FreeDateField_04:T FreeDateField_05:T FreeNumberField_01:D
        FreeNumberField_02:D FreeNumberField_03:D FreeNumberField_04:D FreeNumberField_05:D FreeTextField_01:S
        FreeTextField_02:S FreeTextField_03:S FreeTextField_04:S FreeTextField_05:S Mailbox:S Main:B NicNumber:S
        Notes:S Phone:S PhoneExtension:S Postcode:S State:S Type:I16 Warehouse:G
    """,
    read_only="""
        AccountIsSupplier:B AccountName:S ContactName:S CountryName:S Created:T Creator:G CreatorFullName:S
        CustomField:S Division:I32 Modified:T Modifier:G ModifierFullName:S Source:Y StateDescription:S
        WarehouseCode:S WarehouseDescription:S
    """,
)

BANK_ACCOUNTS = table(
    "crm/BankAccounts", "BankAccount", "ID:G", "GET POST PUT DELETE", "Crm accounts",
    mandatory="Account:G BankAccount:S",
    writable="BICCode:S BankAccountHolderName:S Blocked:B Description:S Main:B",
    read_only="""
        AccountName:S Bank:G BankDescription:S BankName:S Created:T Creator:G CreatorFullName:S Division:I32
        Format:S IBAN:S Modified:T Modifier:G ModifierFullName:S PaymentServiceAccount:G Type:S TypeDescription:S
    """,
)
