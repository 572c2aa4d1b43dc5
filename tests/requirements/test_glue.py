"""The Glue Data Catalog is encrypted where it is in use."""

from typing import Any

import pytest

from evidence.run.answer import Answer
from tests.judging import REGION, Judged, answered, ended, judge_answers

ID = "glue.catalogs.encrypted"


def databases(*names: str) -> Answer:
    return answered("glue", "GetDatabases", {"DatabaseList": [{"Name": name} for name in names]})


def settings(mode: Any) -> Answer:
    value = {} if mode is None else {"EncryptionAtRest": {"CatalogEncryptionMode": mode}}
    return answered("glue", "GetDataCatalogEncryptionSettings", {"DataCatalogEncryptionSettings": value})


def judgement(*answers: Answer) -> str:
    found: Judged = judge_answers(ID, *answers)
    (member,) = found.members
    assert member.region == REGION
    return member.judgement


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("SSE-KMS", "meets"),
        ("SSE-KMS-WITH-SERVICE-ROLE", "meets"),
        ("DISABLED", "exception"),
        (None, "gap"),
        (True, "gap"),
    ],
)
def test_a_catalog_is_encrypted(mode: Any, expected: str) -> None:
    assert judgement(databases("sales"), settings(mode)) == expected


def test_a_catalog_that_is_empty_or_could_not_be_read() -> None:
    assert judgement(databases(), settings("DISABLED")) == "not_applicable"
    assert judgement(ended("glue", "GetDatabases", "denied"), settings("SSE-KMS")) == "gap"
    assert judgement(databases("sales"), ended("glue", "GetDataCatalogEncryptionSettings", "denied")) == "gap"
    assert judgement(answered("glue", "GetDatabases", {"DatabaseList": "sales"}), settings("SSE-KMS")) == "gap"
