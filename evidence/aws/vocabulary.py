"""AWS's own words: what its models enumerate and name, and what our own code names of it. They tell nothing of a customer."""

import ast
import pkgutil
from collections.abc import Iterable, Iterator
from importlib.abc import InspectLoader
from types import ModuleType

from botocore.exceptions import UnknownServiceError
from botocore.session import get_session

from evidence.run.replace import Vocabulary

CATALOGUES = frozenset(
    {
        "artifact:ListReports",
        "artifact:ListCustomerAgreements",
        "eks:DescribeClusterVersions",
        "elbv2:DescribeSSLPolicies",
        "rds:DescribeCertificates",
    }
)
"""Calls that tell what AWS offers to everybody."""


def vocabulary(services: Iterable[str], packages: Iterable[ModuleType], sent: Iterable[str] = ()) -> Vocabulary:
    """The words of these services (as botocore names them), every text in the code of these packages, and what the code makes to be
    `sent`: what judging compares with is AWS's, for no customer's name stands in our code."""
    session = get_session()
    loader = session.get_component("data_loader")
    values = {*session.get_available_services(), *session.get_available_regions("ec2"), *sent}
    members: set[str] = set()
    for service in sorted(set(services)):
        try:
            model = loader.load_service_model(service, "service-2")
        except UnknownServiceError:
            continue
        values.update(
            model["operations"], filter(None, map(model["metadata"].get, ("endpointPrefix", "signingName", "serviceId")))
        )
        for shape in model["shapes"].values():
            values.update(shape.get("enum", ()))
            members.update(shape.get("members", ()))
    for package in packages:
        values.update(form for text in _literals(package) for form in (text, text.strip("/")))
    members |= {name[:1].lower() + name[1:] for name in members}  # as AWS Config writes them
    return Vocabulary(frozenset(v for v in values if v), frozenset(members), CATALOGUES)


def _literals(package: ModuleType) -> Iterator[str]:
    """Every text that the modules of a package spell out."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        spec = found.module_finder.find_spec(found.name, None)
        source = spec.loader.get_source(found.name) if spec and isinstance(spec.loader, InspectLoader) else None
        for node in ast.walk(ast.parse(source or "")):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
