"""SageMaker: endpoints that outlive one instance."""

from collections.abc import Iterator, Mapping
from typing import Any

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement


def _single(variants: list[Mapping[str, Any]]) -> Iterator[str]:
    for variant in variants:
        wanted = variant["DesiredInstanceCount"]
        if wanted < 2:
            yield f"variant {variant['VariantName']} has {wanted} instance{'' if wanted == 1 else 's'}"


@requirement(
    "sagemaker.endpoints.several-instances",
    says="Every SageMaker endpoint runs on at least two instances.",
    why="SageMaker spreads two instances over two zones; one instance fails with its zone.",
    logic="DesiredInstanceCount of each production variant is 2 or more. Variants without a server of their own are left out.",
    covers=(),
    applies=(Applies(lambda endpoints: endpoints.variants.some(lambda _: True), "None of its variants runs on instances."),),
    shows=("status",),
    fix="aws sagemaker update-endpoint-weights-and-capacities with DesiredInstanceCount, or a new endpoint configuration.",
    source="https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantSummary.html",
)
def several_instances(endpoints: Population) -> Truth:
    return endpoints.variants.free_of(_single)


REQUIREMENTS = (several_instances,)
