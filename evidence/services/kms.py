"""AWS Key Management Service."""

from typing import Any

from evidence.services.config_items import capitalised
from evidence.services.declare import Ask, History, Item, Only, PopulationSpec, Service, document, flag, number, text, time

_GONE = frozenset({"NotFoundException"})

LIST_KEYS = Ask("kms", "ListKeys", ("kms:ListKeys",), result="Keys")
DESCRIBE_KEY = Ask(
    "kms", "DescribeKey", ("kms:DescribeKey",), each="kms.keys", given={"KeyId": "KeyArn"}, gone=_GONE, result="KeyMetadata"
)
_CUSTOMER = Only("KeyMetadata.KeyManager", frozenset({"CUSTOMER"}), of=DESCRIBE_KEY)
GET_KEY_ROTATION_STATUS = Ask(
    "kms", "GetKeyRotationStatus", ("kms:GetKeyRotationStatus",), each="kms.keys", given={"KeyId": "KeyArn"}, only=_CUSTOMER,
    # Asymmetric, HMAC, imported and custom-store keys have no automatic rotation: their eligibility is judged from DescribeKey.
    absent=frozenset({"UnsupportedOperationException"}), gone=_GONE, result="KeyRotationEnabled",
)  # fmt: skip
GET_KEY_POLICY = Ask(
    "kms", "GetKeyPolicy", ("kms:GetKeyPolicy",), parameters={"PolicyName": "default"}, each="kms.keys", given={"KeyId": "KeyArn"},
    only=_CUSTOMER, gone=_GONE, result="Policy",
)  # fmt: skip


def _key_spec(item: Item, answer: Any) -> Any:
    metadata = answer["KeyMetadata"]
    return metadata.get("KeySpec") or metadata.get("CustomerMasterKeySpec")  # its name before 2021


def _multi_region(item: Item, answer: Any) -> Any:
    """PRIMARY or REPLICA; absent where the key is of one Region, as AWS documents of the structure that says so."""
    metadata = answer["KeyMetadata"]
    if metadata["MultiRegion"] or metadata.get("MultiRegionConfiguration"):  # AWS says for every key whether it is one
        return metadata["MultiRegionConfiguration"]["MultiRegionKeyType"]
    return None


KEYS = PopulationSpec(
    name="kms.keys",
    noun="KMS key",
    type="AWS::KMS::Key",
    listed_by=LIST_KEYS,
    items="Keys[]",
    identity="KeyId",
    arn="{KeyArn}",
    columns={
        "manager": text("KeyMetadata.KeyManager", DESCRIBE_KEY, label="managed by"),
        "state": text("KeyMetadata.KeyState", DESCRIBE_KEY),
        "key_spec": text("", DESCRIBE_KEY, read=_key_spec, label="key spec"),
        "origin": text("KeyMetadata.Origin", DESCRIBE_KEY),
        "deletion": time("KeyMetadata.DeletionDate", DESCRIBE_KEY, label="deletion date"),
        "multi_region": text("", DESCRIBE_KEY, read=_multi_region, label="multi-Region key type"),
        "rotation": flag("KeyRotationEnabled", GET_KEY_ROTATION_STATUS, label="rotation enabled"),
        "rotation_period": number("RotationPeriodInDays", GET_KEY_ROTATION_STATUS, label="rotation period in days"),
        "policy": document("Policy", GET_KEY_POLICY, label="key policy"),
    },
    history=History(
        "AWS::KMS::Key",
        frozenset({"manager", "state", "key_spec", "origin", "deletion", "rotation"}),
        lambda item: {"KeyId": item["configuration"]["keyId"], "KeyArn": item["configuration"]["arn"]},
        {
            DESCRIBE_KEY: lambda item: {"KeyMetadata": capitalised(item["configuration"])},
            GET_KEY_ROTATION_STATUS: lambda item: {"KeyRotationEnabled": item["supplementaryConfiguration"]["KeyRotationStatus"]},
        },
    ),
)

SERVICE = Service(
    "kms",
    "AWS Key Management Service",
    asks=(LIST_KEYS, DESCRIBE_KEY, GET_KEY_ROTATION_STATUS, GET_KEY_POLICY),
    populations=(KEYS,),
)
