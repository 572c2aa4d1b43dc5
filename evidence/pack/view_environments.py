"""One Elastic Beanstalk environment: what it stands on, what was judged of it, its eight topics. Pure."""

import re
from collections import defaultdict
from typing import Any

from evidence.assessment.model import Environment, MemberResult, Standing
from evidence.assessment.picture import CLASSIC, LINKS
from evidence.assessment.register import identity
from evidence.pack import words
from evidence.pack.drawing import bar, dots
from evidence.pack.environment_drawing import Kind, draw
from evidence.pack.lens import Lens
from evidence.requirements.declare import TOPICS

ZONE = re.compile(r"^[a-z]{2}(?:-[a-z]+)+-\d[a-z]$")
_WORST = ("exception", "gap", "meets", "not_applicable")
IDS_SHOWN = 4
ZONES_ACROSS = 6
OUTSTANDING = 2
"""Requirements named in "What stands out" for one topic; the rest are counted."""


def environment(lens: Lens, environment: Environment, number: int, total: int) -> dict[str, Any]:
    """Everything that the environment's page prints."""
    results = [m for members in lens.members.values() for m in members if environment.id in m.environments]
    kinds = _kinds(environment, _judged(lens, environment))
    topics, counts = _topics(lens, results)
    return {
        "environment": environment,
        "anchor": f"environment-{number}",
        "number": number,
        "of": total,
        "account": lens.accounts.get(environment.account, ""),
        "drawing": draw(environment.name, kinds),
        "kinds": kinds,
        "topics": topics,
        "counts": counts,
        "zones": _zones(kinds),
    }


def unlinked(lens: Lens) -> list[tuple[str, int, int]]:
    """(noun, judged, of these on no environment) of each kind of resource that an environment could stand on."""
    kinds = {type: population for type, population in (*LINKS.values(), *CLASSIC.values()) if population}
    found: dict[str, dict[tuple[str, ...], bool]] = defaultdict(dict)
    nouns = {p.name: p.noun for p in lens.populations}
    for members in lens.members.values():
        for m in members:
            if kinds.get(m.type) in nouns:
                found[nouns[kinds[m.type]]][m.account, m.region, m.id] = bool(m.environments)
    return [(noun, len(of), sum(not linked for linked in of.values())) for noun, of in sorted(found.items())]


def _judged(lens: Lens, environment: Environment) -> dict[tuple[str, ...], str]:
    """The worst judgement of every resource in the environment's account, by ARN and by identity."""
    worst: dict[tuple[str, ...], int] = {}
    for members in lens.members.values():
        for m in members:
            if m.account != environment.account:
                continue
            for key in ((m.arn,), (m.type, m.region, m.id), (m.type, m.id)):
                if key[0]:
                    worst[key] = min(worst.get(key, len(_WORST)), _WORST.index(m.judgement))
    return {key: _WORST[rank].replace("_", " ") for key, rank in worst.items()}


def _word(standing: Standing, judged: dict[tuple[str, ...], str]) -> str:
    for key in ((standing.arn,), (standing.type, standing.region, standing.id)):
        if key[0] and key in judged:
            return judged[key]
    everywhere = standing.region in ("", "global")
    return judged.get((standing.type, standing.id), "not judged") if everywhere else "not judged"


def _kinds(environment: Environment, judged: dict[tuple[str, ...], str]) -> list[Kind]:
    """What it stands on by role, in order of first appearance, each with its worst judgement."""
    by_role: dict[str, list[Standing]] = defaultdict(list)
    for standing in environment.stands_on:
        by_role[standing.role].append(standing)
    rank = [w.replace("_", " ") for w in _WORST] + ["not judged"]
    kinds = []
    for role, standings in by_role.items():
        said = [_word(s, judged) for s in standings]
        word = min(said, key=rank.index)
        found = tuple(sorted({s.found for s in standings if s.found}))
        zones: dict[str, list[Standing]] = defaultdict(list)
        for s in standings:
            for zone in [f for f in s.facts if ZONE.match(f)]:
                zones[zone].append(s)
        kinds.append(Kind(role, tuple(standings), word, said.count(word), found, dict(sorted(zones.items()))))
    return kinds


def _zones(kinds: list[Kind]) -> dict[str, Any]:
    """Which zones each kind is spread over: dots and a number, for the kinds whose zones are known."""
    zones = sorted({z for k in kinds for z in k.zones})
    rows = [
        (k.title, [(z, dots(len(k.zones.get(z, ()))), len(k.zones.get(z, ()))) for z in zones[:ZONES_ACROSS]], len(k.zones))
        for k in kinds if k.zones
    ]  # fmt: skip
    return {"zones": zones[:ZONES_ACROSS], "left_off": len(zones) - len(zones[:ZONES_ACROSS]), "rows": rows}


def _topics(lens: Lens, results: list[MemberResult]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    by_topic: dict[str, list[MemberResult]] = defaultdict(list)
    for m in results:
        by_topic[lens.results[(m.requirement, m.variant)].topic].append(m)
    most = max((len(found) for found in by_topic.values()), default=0)
    rows = [_topic(lens, name, by_topic.get(topic, []), most) for topic, name in TOPICS.items()]
    sums = {word: sum(r["counts"][word] for r in rows) for word in ("listed", *_WORST)}
    return rows, sums


def _topic(lens: Lens, name: str, found: list[MemberResult], most: int) -> dict[str, Any]:
    counts = {word: sum(m.judgement == word for m in found) for word in _WORST}
    outstanding: dict[tuple[str, str, str], list[MemberResult]] = defaultdict(list)
    for m in found:
        if m.judgement in ("exception", "gap"):
            outstanding[(m.judgement, m.requirement, m.variant)].append(m)
    said = []
    for (word, id, variant), members in sorted(outstanding.items()):
        numbers = [n for m in members if (n := lens.numbers.get(identity(m)))]
        reference = f" ({words.listed(numbers, 3)})" if numbers else ""
        says = lens.results[(id, variant)].says.rstrip(".")
        said.append(f"{words.plural(len(members), word)}{reference}: {says[0].lower() + says[1:] if _plain(says) else says}.")
    more = len(said) - OUTSTANDING
    if more > 0:
        said = [*said[:OUTSTANDING], f"And {words.plural(more, 'more requirement')} with exceptions or gaps."]
    requirements = len({m.requirement for m in found})
    quiet = f"{words.plural(requirements, 'requirement')}; none has an exception or a gap." if found else "Nothing was judged."
    return {
        "name": name,
        "counts": {"listed": len(found), **counts},
        "bar": bar(counts, 240, most),
        "said": said or [quiet],
    }


def _plain(says: str) -> bool:
    """Whether a statement begins with a plain word, so that it can stand in the middle of a sentence."""
    return says.split(" ", 1)[0] in ("Every", "No", "The", "All", "Each", "A", "An", "There")
