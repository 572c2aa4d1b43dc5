"""Amazon Neptune: clusters and their manual snapshots, from RDS's lists (see docdb.py)."""

from evidence.services.declare import Service, flag, text
from evidence.services.docdb import clusters, parameters, setting, sharing, snapshots

DESCRIBE_PARAMETERS, DESCRIBE_SHARING = parameters("neptune"), sharing("neptune")
CLUSTERS = clusters(
    "neptune",
    "Neptune",
    {
        "copies_tags": flag("CopyTagsToSnapshot", label="tags copied to snapshots"),
        "iam": flag("IAMDatabaseAuthenticationEnabled", label="IAM authentication"),
        "audit_parameter": text(
            of=DESCRIBE_PARAMETERS, read=setting("neptune_enable_audit_log"), label="neptune_enable_audit_log"
        ),
    },
)

SERVICE = Service(
    "neptune",
    "Amazon Neptune",
    asks=(DESCRIBE_PARAMETERS, DESCRIBE_SHARING),
    populations=(CLUSTERS, snapshots("neptune", "Neptune", DESCRIBE_SHARING)),
)
