"""AWS Glue: the Data Catalog of each Region."""

from evidence.services.declare import REGIONS, Ask, PopulationSpec, Redact, Service, items, text

GET_ENCRYPTION = Ask(
    "glue", "GetDataCatalogEncryptionSettings", ("glue:GetDataCatalogEncryptionSettings",), result="DataCatalogEncryptionSettings"
)
GET_DATABASES = Ask(
    "glue", "GetDatabases", ("glue:GetDatabases",), result="DatabaseList",
    redact=(Redact("DatabaseList[]", "property of a database", key="Parameters"),),
)  # fmt: skip

CATALOGS = PopulationSpec(
    name="glue.catalogs",
    noun="Glue Data Catalog",
    type="AWS::Glue::DataCatalogEncryptionSettings",
    listed_by=REGIONS,
    columns={
        "databases": items("DatabaseList[].Name", GET_DATABASES),
        "encryption": text(
            "DataCatalogEncryptionSettings.EncryptionAtRest.CatalogEncryptionMode", GET_ENCRYPTION, label="CatalogEncryptionMode"
        ),
        "key": text("DataCatalogEncryptionSettings.EncryptionAtRest.SseAwsKmsKeyId", GET_ENCRYPTION, label="KMS key"),
    },
)

SERVICE = Service("glue", "AWS Glue", asks=(GET_ENCRYPTION, GET_DATABASES), populations=(CATALOGS,))
