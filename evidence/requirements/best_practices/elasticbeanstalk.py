"""Elastic Beanstalk environments: the metadata service, and tags that say whose they are."""

from collections.abc import Callable, Iterator

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, requirement


@requirement(
    "elasticbeanstalk.environments.imdsv1-disabled",
    says="Every environment has version 1 of the instance metadata service turned off.",
    why="Version 1 hands the instance's credentials to anybody who makes the application fetch a URL.",
    logic="The deployed option DisableIMDSv1 is true. Not listed, it leaves a gap: the default differs between platforms. The live "
    "instances and launch templates are judged by ec2.instances.imdsv2 and ec2.launch-templates.imdsv2.",
    covers=("BP-01",),
    fix="Configuration → Instance traffic and scaling → IMDSv1: Deactivated. This can move the environment to launch templates.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-ec2-imds.html",
)
def imdsv1_disabled(environments: Population) -> Truth:
    return environments.imdsv1_disabled.is_true()


def _missing(tags: list[str]) -> Callable[[list[str]], Iterator[str]]:
    """A sentence for each tag that is missing; without names, one where there is no tag but those AWS makes."""

    def find(keys: list[str]) -> Iterator[str]:
        yield from (f"no tag {tag}" for tag in tags if tag not in keys)
        if not tags and not any(_is_own(key) for key in keys):
            yield "no tag but those Elastic Beanstalk makes"

    return find


def _is_own(key: str) -> bool:
    """Elastic Beanstalk tags each environment itself: Name, and its own prefix, which users cannot use."""
    return key != "Name" and not key.startswith(("elasticbeanstalk:", "aws:"))


@requirement(
    "elasticbeanstalk.environments.tagged",
    says="Every environment carries the tags that say whose it is and what it holds.",
    why="Without an owner and a data class nobody can say how well a resource must be kept.",
    logic="ListTagsForResource names every tag asked for; where none was asked for, at least one tag that is neither Name nor begins "
    "with elasticbeanstalk: or aws:.",
    covers=("BP-09",),
    parameters={"tags": Parameter([], "keys of the tags that every environment must carry")},
    shows=("tags",),
    fix="The environment's Tags page → Edit; or aws elasticbeanstalk update-tags-for-resource.",
    source="https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.tagging.html",
)
def tagged(environments: Population, *, tags: list[str]) -> Truth:
    return environments.tags.free_of(_missing(tags))


REQUIREMENTS = (imdsv1_disabled, tagged)
