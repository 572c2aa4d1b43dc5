"""Answers of S3 written by hand: the list of buckets and what each bucket says of itself."""

from typing import Any

from evidence.run.answer import Answer, Ending
from tests.judging import ACCOUNT, REGION, answered, ended


def buckets(*names: str, region: str = REGION) -> Answer:
    value = {"Buckets": [{"Name": name, "BucketRegion": region} for name in names]}
    return answered("s3", "ListBuckets", value, region="global", MaxBuckets=1000)


def no_buckets(*pages: dict[str, Any]) -> Answer:
    return ended("s3", "ListBuckets", "denied", *pages, region="global", code="AccessDenied", MaxBuckets=1000)


def bucket(name: str, operation: str, value: dict[str, Any], region: str = REGION) -> Answer:
    return answered("s3", operation, value, region=region, Bucket=name, ExpectedBucketOwner=ACCOUNT)


def not_read(name: str, operation: str, ending: Ending = "denied", code: str = "AccessDenied") -> Answer:
    return ended("s3", operation, ending, code=code, Bucket=name, ExpectedBucketOwner=ACCOUNT)


def flags(*names: str, **strange: Any) -> dict[str, Any]:
    """Public access settings: the named are true, the others false."""
    every = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return {"PublicAccessBlockConfiguration": {flag: flag in names or "all" in names for flag in every} | strange}


def account(value: dict[str, Any]) -> Answer:
    return answered("s3control", "GetPublicAccessBlock", value, region="global", AccountId=ACCOUNT)


def no_account(ending: Ending = "denied", code: str = "AccessDenied") -> Answer:
    return ended("s3control", "GetPublicAccessBlock", ending, region="global", code=code, AccountId=ACCOUNT)


def account_unset() -> Answer:
    return no_account("absent", "NoSuchPublicAccessBlockConfiguration")
