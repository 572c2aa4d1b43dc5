"""The pack's own words: what each conclusion, judgement and ending means, and how numbers and times are written."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from evidence.assessment.model import RunFacts
from evidence.errors import few
from evidence.run.calendar import quarter

CONCLUSION_MEANINGS: Mapping[str, str] = {
    "exceptions": "At least one member fails a mapped requirement.",
    "incomplete": "No exception seen, but something could not be read.",
    "accepted": "Only exceptions that a named person accepted until a date.",
    "supported": "Every member read meets; nothing was left unread.",
    "inherited": "AWS operates it; see the AWS report named.",
    "needs a person": "No API can show it, or only its context.",
    "not applicable": "Cannot apply to what is in scope; the reason is given.",
}
"""In the order in which a reader should look."""
JUDGEMENT_MEANINGS: Mapping[str, str] = {
    "meets": "The answer was read and the requirement holds.",
    "exception": "The answer was read and the requirement does not hold.",
    "gap": "The answer could not be read. Nothing is said about the resource, for or against.",
    "not_applicable": "The requirement cannot apply to it; the reason is given.",
}
TIME_MEANINGS: Mapping[str, str] = {
    "point in time": "One observation: it shows a setting at that time, not that a control worked through the period.",
    "AWS's report period": "AWS's side: the period that AWS's own report names, which a person obtains.",
    "as its documents say": "Nothing was read for it: the time is that of the documents a person hands in.",
}
GLOSSARY: Mapping[str, str] = {
    "answer": "What AWS returned for one call: its pages, request ids, times, caller, and how it ended. Kept as it came, secrets apart.",
    "call": "One request to AWS's API.",
    "conclusion": "What the evidence says of one control: the worst of its requirements' results. Not an opinion.",
    "corroborated": "Counted a second time from another source that names nobody else. Uncorroborated: there was no second source.",
    "environment": "An Elastic Beanstalk environment, seen as a lens over the resources it stands on.",
    "evidence id": "16 hex digits: the beginning of the SHA-256 of a kept answer. It finds the answer in evidence/answers/.",
    "evidence root": "SHA-256 of the lines of SHA256SUMS that name files of evidence/: one number for everything that was kept.",
    "exception": "A resource that was read and for which a requirement does not hold. X-001 and on: its number in every format.",
    "gap": "What could not be read, so that nothing is said of it. NC-01 and on: the calls behind gaps.",
    "lists unread": "Lists not read, or not to their end. Who stands on them is not known and counted nowhere.",
    "member, population": "One resource, and all resources of its kind in scope.",
    "reach": "How far requirements go for a control: full, part, or context, which alone supports nothing.",
    "requirement": "One statement that must hold for every member of a population, with the sentence by which it is judged.",
    "run": "All answers of one collection. Its end is the “as of” that every age is counted from.",
}
"""The words of the pack, for a reader who meets them here first."""
ENDING_MEANINGS: Mapping[str, str] = {
    "answered": "AWS answered and the answer is whole",
    "absent": "AWS's own “not configured”, named call by call",
    "gone": "the resource went away meanwhile",
    "denied": "the caller had no right",
    "throttled": "refused for rate, after every attempt",
    "unsupported": "AWS does not offer it there",
    "expired": "the credentials ended and could not be renewed",
    "failed": "cut in transit, malformed or an error of AWS",
}
ENDING_COUNTS: Mapping[str, str] = {"answered": "read", "absent": "read", "gone": "shown apart"}
"""How a call of this ending counts; any other was not read, and what it would have said is a gap."""
CELL_MEANINGS: Mapping[str, str] = {
    "read": "every call answered",
    "in part": "some calls not answered",
    "denied": "no call answered",
    "not enabled": "Region not opted in, so it holds no resources",
    "not active": "account suspended, closing or never activated, so it could not be asked",
    "out of scope": "left out by management",
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


_OF_ACCOUNT = (
    "One account, alone",
    "What it may know of the other accounts is in evidence/shared.json; the answers behind that, what concerns the organisation as a whole, and the "
    "sums over all accounts stand in the organisation's pack, which names this one. Calls and redacted texts are counted in this account alone.",
    "The organisation's pack: evidence verify checks both together",
)
_OF_UNIT = (
    "One organisational unit, alone",
    "What its accounts may know of those outside it is in evidence/shared.json; the answers behind that, and what concerns the organisation as a "
    "whole, stand in a pack of the whole run. Calls and redacted texts are counted in these accounts alone.",
    "A pack of the whole run: the SHA-256 of its evidence/run.json is part.of in this pack's evidence/run.json",
)


def beyond_part(run: RunFacts) -> tuple[str, str, str]:
    """What the pack of a part of a run does not show: the limit, what it means, what closes it."""
    assert run.part is not None
    return _OF_UNIT if run.part.unit else _OF_ACCOUNT


def of_run(run: RunFacts) -> str:
    """What the pack of a part says of the run that it is cut out of; empty where it is of a whole run."""
    if run.part is None:
        return ""
    whole = f"the {plural(run.part.accounts, 'account')} in scope of {run.part.run}"
    if run.part.unit:
        return f"{number(len(run.in_scope))} of {whole}: those that AWS Organizations has under {run.part.unit}"
    return f"one account of {whole}"


def number(n: int) -> str:
    return f"{n:,}"


def plural(n: int, noun: str, many: str = "") -> str:
    """ "1 control", "2,408 results"."""
    return f"{n:,} {noun if n == 1 else many or _plural(noun)}"


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch")) else "s")


def parameters(given: Mapping[str, Any]) -> str:
    """ "days = 90, ports = 22 and 3389": the parameters of a requirement, as every format says them."""
    return ", ".join(f"{name} = {_value(value)}" for name, value in given.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        found = list(map(str, value))
        return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found) or "none named"
    return str(value)


def instant(iso: str) -> str:
    """ "30 September 2026, 23:04:51 UTC"; what is no time is printed as it is."""
    try:
        when = dt.datetime.fromisoformat(iso)
    except ValueError:
        return iso or "not recorded"
    utc = when.astimezone(dt.UTC) if when.tzinfo else when
    return f"{_day(utc.date())}, {utc:%H:%M:%S} UTC"


def period(name: str) -> str:
    """ "2026-Q3" as "Quarter 3 of 2026: 1 July to 30 September 2026"; anything else as it is."""
    span = quarter(name)
    if span is None:
        return name or "No period was named"
    first, last = span
    return f"Quarter {name[-1]} of {first.year}: {first.day} {_MONTHS[first.month - 1]} to {_day(last)}"


def _day(day: dt.date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else text + "."


def shorten(text: str, most: int = 600) -> str:
    """A long text with what was left out said."""
    if len(text) <= most:
        return text
    return f"{text[:most]}… ({len(text) - most:,} more characters in the workbook)"


def brief(text: str, most: int) -> str:
    """The beginning of a text that stands in full elsewhere on the page."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def listed(names: list[str] | tuple[str, ...], most: int = 0) -> str:
    """ "a, b and c"; beyond `most` "and k more"."""
    if most and len(names) > most:
        return few(names, most)
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
