"""moto's S3 for the tests of the store, entered by the environment as a user enters S3."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import botocore.session
import pytest

from tests.moto.server import serve


@contextmanager
def s3_server(*buckets: str) -> Iterator[tuple[Any, dict[str, str]]]:
    """The client of an administrator, who may do what a store never does, and how S3 is entered. The buckets are gone afterwards:
    moto keeps them for the whole process."""
    with serve() as moto, pytest.MonkeyPatch.context() as patch:
        entered = {
            "AWS_ENDPOINT_URL_S3": moto.url, "AWS_ACCESS_KEY_ID": "AKIASTORE", "AWS_SECRET_ACCESS_KEY": "x", "AWS_MAX_ATTEMPTS": "2",
        }  # fmt: skip
        nobody = {"AWS_CONFIG_FILE": "/nowhere/config", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials"}
        for name, value in {**entered, **nobody}.items():
            patch.setenv(name, value)
        client = botocore.session.Session().create_client("s3", region_name="us-east-1")
        for bucket in buckets:
            client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=bucket.endswith("-locked"))
        yield client, entered
        for bucket in buckets:
            found = client.list_object_versions(Bucket=bucket)
            for version in (*found.get("Versions", ()), *found.get("DeleteMarkers", ())):
                at = {"Bucket": bucket, "Key": version["Key"], "VersionId": version["VersionId"]}
                client.delete_object(**at, BypassGovernanceRetention=True)
            client.delete_bucket(Bucket=bucket)
