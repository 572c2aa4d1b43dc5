"""What of a run was not read: the calls that failed, and each account × Region. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from evidence.assessment.model import CallFailed, Cell
from evidence.populations.answers import Answers
from evidence.populations.population import EVERY_REGION, Populations, Unread
from evidence.run.answer import GLOBAL, READ
from evidence.run.scope import NOT_ASKED, Account
from evidence.services.declare import Ask, PopulationSpec


def failed_calls(
    answers: Answers, populations: Populations, columns: Mapping[str, Sequence[str]], specs: Mapping[str, PopulationSpec]
) -> tuple[CallFailed, ...]:
    """Every call that did not bring what was asked, lists that were never asked included, with the populations that lack it."""
    serves: dict[tuple[str, str], set[str]] = defaultdict(set)
    shutting = {a.id for account in answers.scope.accounts if (a := answers.shutting(account)) is not None}
    actions: dict[tuple[str, str], tuple[str, ...]] = {}
    for name, wanted_columns in columns.items():
        for ask in (*specs[name].lists, *(specs[name].columns[c].of for c in wanted_columns)):
            if isinstance(ask, Ask):
                serves[ask.service, ask.operation].add(name)
                actions[ask.service, ask.operation] = ask.actions
    lacking: dict[tuple[str, str, str], dict[Unread, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, population in populations.by_name.items():
        for unread in population.unread:
            region = GLOBAL if unread.region == EVERY_REGION else unread.region
            lacking[unread.account, region, unread.call][unread].add(name)
    out = []
    for answer in (a for a in answers if a.ending not in READ):
        call, key = answer.call, (answer.call.service, answer.call.operation)
        resource = ", ".join(f"{k}={v}" for k, v in sorted(call.parameters.items()) if isinstance(v, (str, list)))
        found = lacking[call.account, call.region, call.name]
        spoiled = serves[key].union(*(names for unread, names in found.items() if unread.ending != NOT_ASKED))
        spoiled |= set(columns) if answer.id in shutting else set()
        out.append(
            CallFailed(
                call.account, call.region, call.name, answer.ending, answer.code or "", resource, answer.id, tuple(sorted(spoiled)),
                actions.get(key, ()),
            )
        )  # fmt: skip
    kept = {(f.account, f.region, f.call) for f in out}
    for place, found in lacking.items():
        for unread, names in found.items():
            if unread.ending == NOT_ASKED or place not in kept:
                service, _, operation = unread.call.partition(":")
                known = actions.get((service, operation), ())
                lacks = tuple(sorted(names))
                out.append(
                    CallFailed(unread.account, unread.region, unread.call, unread.ending, unread.detail, "", "", lacks, known)
                )
    return tuple(sorted(set(out), key=lambda f: (f.account, f.region, f.call, f.resource, f.populations)))


def coverage(accounts: Sequence[Account], answers: Answers, elsewhere: Sequence[str]) -> tuple[Cell, ...]:
    """Account × Region. An account that was not entered, or not asked, is that in every Region that was asked `elsewhere`."""
    asked: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for answer in answers:
        asked[answer.call.account, answer.call.region].append(answer.ending in READ)
    cells = []
    for account in accounts:
        known = account.regions or dict.fromkeys(elsewhere, "asked")
        for region in (GLOBAL, *sorted(known)):
            read = asked.get((account.id, region), [])
            status: str = "asked" if region == GLOBAL else known[region]
            if account.status != "in scope":
                status = account.status
            elif status == "asked":
                whole, none = all(read) and not account.unasked, not any(read)
                status = "denied" if account.shut or (read and none) else "read" if whole else "in part"
            cells.append(Cell(account.id, region, status, len(read), sum(read)))
    return tuple(cells)
