"""The sentences of a draw: what was drawn from what, and what that cannot show."""

from evidence.assessment.draw import Draw, Seed
from evidence.assessment.model import PopulationFacts
from evidence.pack import words
from evidence.pack.ticket.say import second

CANONICAL = (
    "One line for each member: account, Region, partition, type and id, one space between them. Each is printable ASCII: a space, % and "
    "every other character are percent-encoded bytes of UTF-8 (RFC 3986). The lines stand in byte order (LC_ALL=C sort)."
)
LINE = "ACCOUNT REGION PARTITION TYPE ID"
REPLACED = (
    "An item to which the auditor's procedure does not apply is replaced by the next replacement{of}, in order, and why is written beside it. "
    "An exception is not replaced for being one, nor what could not be read or tested: AU-C 530 treats that as a deviation."
)
FURTHER = "A larger sample by the same seed begins with this one, and its items keep their ids."
DERIVED = (
    "The seed is the population's digest: nobody chose it, but whoever holds the population can work out beforehand who will be drawn. To "
    "prevent that, the auditor gives a seed of their own (--seed) once the pack is sealed."
)


def sentences(draw: Draw) -> tuple[str, ...]:
    """What every output says, the completeness first."""
    return (completeness(draw.result.population), members(draw), drawn(draw), seed(draw.seed))


def completeness(p: PopulationFacts) -> str:
    others = [f"{words.plural(len(p.gone), 'member')} went away while they were read" if p.gone else ""]
    others += [f"{p.out_of_scope:,} of Regions out of scope" if p.out_of_scope else ""]
    rest = f" Not in it: {'; '.join(filter(None, others))}." if any(others) else ""
    if p.complete:
        return f"Every list of this population was read to its end. Counted a second time: {second(p)}.{rest}"
    one = len(p.unread) == 1
    named = words.listed([f"{u.call} in {u.account}, {u.region}: {u.ending}" for u in p.unread], 3)
    return (
        f"THIS POPULATION IS NOT COMPLETE: {words.plural(len(p.unread), 'list')} of it {'was' if one else 'were'} not read to the end ({named}). "
        f"What stands on {'it' if one else 'them'} could not be drawn, and nothing found in the sample can be said of that.{rest}"
    )


def members(draw: Draw) -> str:
    """Whether not-applicable members are in it."""
    p, n = draw.result.population, draw.not_applicable
    size = words.plural(len(draw.order), p.noun)
    if draw.applicable_only:
        return (
            f"{size}: of the {p.listed:,} listed, the {n:,} to which the requirement does not apply were left out, as was asked."
        )
    return f"{size}: all that were listed, {f'the {n:,} to which the requirement does not apply' if n else 'none not applicable'} among them."


def drawn(draw: Draw) -> str:
    """How many, of which accounts; where there were not so many, that too."""
    sample, spare = sum(s.sample for s in draw.strata), sum(s.replacements for s in draw.strata)
    of = f"{draw.asked:,} of each of {words.plural(len(draw.strata), 'account')}" if draw.by_account else f"{draw.asked:,}"
    short = [s for s in draw.strata if s.sample < draw.asked]
    whole = (
        f"; {words.listed([s.account for s in short], 6)} with fewer drawn whole" if draw.by_account else "; there are no more"
    )
    return f"Asked for {of}: {sample:,} drawn{whole if short else ''}, and the next {spare:,} in rank to replace them in order."


def seed(given: Seed) -> str:
    if given.derived:
        return DERIVED
    return f"The seed was given by {by(given)}."


def by(given: Seed) -> str:
    """Who gave the seed."""
    return "nobody: derived from the population's digest" if given.derived else given.by or "somebody who was not named"


def method(draw: Draw) -> str:
    each = " of each account" if draw.by_account else ""
    return f"lowest {draw.asked:,}{each} by SHA-256 of SEED|LINE"


def replaced(by_account: bool) -> str:
    return REPLACED.format(of=" of the same account" if by_account else "")
