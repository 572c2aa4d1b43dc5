"""Reads the filter patterns of CloudWatch Logs for JSON events, and says whether one takes in a kind of event.

Grammar: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
A kind of event is what is known of every such event: a fact for each field known, nothing of the others. A pattern takes
the kind in where it matches whatever the other fields hold. What does not follow the grammar, and what hangs on something
AWS does not document, raises ValueError: a gap, never a yes or no.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum


class Missing(Enum):
    """The event does not have the field."""

    MISSING = "missing"


MISSING = Missing.MISSING


@dataclass(frozen=True)
class Other:
    """The event has the field, with some text that is none of these."""

    than: frozenset[str]


def other_than(*texts: str) -> Other:
    return Other(frozenset(texts))


Fact = str | bool | Missing | Other
Kind = Mapping[str, Fact]
"""What is known of every event of the kind, by the path of the field: {"userIdentity.type": "Root"}."""


@dataclass(frozen=True)
class Comparison:
    """One comparison. `operator` is one of = != < > <= >= or NOT EXISTS, IS NULL, IS TRUE, IS FALSE; `regex`: the value
    stood between percent signs."""

    field: str
    operator: str
    value: str = ""
    regex: bool = False


@dataclass(frozen=True)
class Compound:
    """Several parts, of which all must hold (&&), or one (||)."""

    every: bool
    parts: tuple["Pattern", ...]


Pattern = Comparison | Compound
EVERYTHING = Compound(True, ())
"""An empty pattern matches every event."""

# -- grammar -----------------------------------------------------------------------------------------------------------

_SELECTOR = r"\$(?:\.[\w-]+|\[\d+\])+"
_TOKEN = re.compile(
    rf"""\s*(?:(?P<mark>\(|\)|&&|\|\|)
    |(?P<field>{_SELECTOR})\s*(?:
        (?P<word>NOT\s+EXISTS|IS\s+NULL|IS\s+TRUE|IS\s+FALSE)(?![\w-])
        |(?P<operator>!=|<=|>=|=|<|>)\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|%(?P<regex>[^%]+)%|(?P<bare>[^\s()"&|%{{}}=<>!]+))))""",
    re.VERBOSE,
)
_DEEPEST = 50
"""Brackets within brackets; AWS allows a pattern of 1,024 characters."""


def parse(pattern: str) -> Pattern:
    """The comparisons of a JSON pattern and how they are joined: brackets bind before &&, which binds before ||."""
    text = pattern.strip()
    if not text:
        return EVERYTHING
    if not (text.startswith("{") and text.endswith("}")):
        raise ValueError("it is a pattern of terms, not one for JSON events")
    tokens = list(_tokens(text[1:-1]))
    found, rest = _either(tokens, 0, 0)
    if rest != len(tokens):
        raise ValueError(f"the pattern cannot be read from {_shown(tokens[rest])} on")
    return found


def _tokens(text: str) -> Iterator[str | Comparison]:
    position, text = 0, text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"the pattern cannot be read from {text[position : position + 30].strip()!r} on")
        position = match.end()
        yield match["mark"] or _test(match)


def _test(match: re.Match[str]) -> Comparison:
    field = match["field"][1:].removeprefix(".")
    if match["word"]:
        return Comparison(field, " ".join(match["word"].split()))
    if match["regex"] is not None:
        if match["operator"] not in ("=", "!=") or re.search(r"[()]", match["regex"]):
            raise ValueError(f"{match['regex']!r} is no regular expression that filter patterns know")
        _compiled(match["regex"])
        return Comparison(field, match["operator"], match["regex"], regex=True)
    value = match["bare"] if match["quoted"] is None else re.sub(r"\\(.)", r"\1", match["quoted"])
    return Comparison(field, match["operator"], value)


def _compiled(regex: str) -> re.Pattern[str]:
    try:
        return re.compile(regex)
    except re.error as error:
        raise ValueError(f"{regex!r} is no regular expression: {error}") from error


_Tokens = list[str | Comparison]


def _either(tokens: _Tokens, at: int, depth: int) -> tuple[Pattern, int]:
    return _joined(tokens, at, depth, every=False)


def _joined(tokens: _Tokens, at: int, depth: int, *, every: bool) -> tuple[Pattern, int]:
    """Parts joined by && (`every`) or by ||, whose parts are in turn joined by &&."""
    mark, parts = "&&" if every else "||", []
    while True:
        part, at = _single(tokens, at, depth) if every else _joined(tokens, at, depth, every=True)
        parts.append(part)
        if at >= len(tokens) or tokens[at] != mark:
            return (parts[0] if len(parts) == 1 else Compound(every, tuple(parts))), at
        at += 1


def _single(tokens: _Tokens, at: int, depth: int) -> tuple[Pattern, int]:
    if depth > _DEEPEST:
        raise ValueError("its brackets are nested too deep")
    token = tokens[at] if at < len(tokens) else "its end"
    if isinstance(token, Comparison):
        return token, at + 1
    if token == "(":
        found, at = _either(tokens, at + 1, depth + 1)
        if at < len(tokens) and tokens[at] == ")":
            return found, at + 1
        raise ValueError("a bracket is not closed")
    raise ValueError(f"a comparison was expected, not {_shown(token)}")


def _shown(token: str | Comparison) -> str:
    return token if isinstance(token, str) else f"$.{token.field}"


# -- meaning -----------------------------------------------------------------------------------------------------------


def singles_out(pattern: str, kind: Kind, ordinary: Kind) -> bool:
    """Whether the pattern takes the kind in, and is not known to take in ordinary events as well: one that matches nearly
    everything, as one of unequal names joined by || does, tells nobody of anything."""
    return takes_in(pattern, kind) and _holds(parse(pattern), ordinary, False) is not True


class _Undocumented(Exception):
    """AWS does not say what such a comparison gives."""


def takes_in(pattern: str, kind: Kind) -> bool:
    """Whether the pattern matches every event of the kind, whatever fields that are not known hold.

    What AWS does not document is tried both ways; where the answer hangs on it, ValueError is raised."""
    read = parse(pattern)
    either = {_holds(read, kind, guess) is True for guess in (True, False)}
    if len(either) == 2:
        raise ValueError("whether it matches hangs on a comparison whose meaning AWS does not document")
    return either.pop()


def _holds(pattern: Pattern, kind: Kind, guess: bool) -> bool | None:
    """Kleene's logic: None where a field decides of which nothing is known."""
    if isinstance(pattern, Comparison):
        if pattern.field not in kind:
            return None
        try:
            return _compared(pattern, kind[pattern.field])
        except _Undocumented:
            return guess
    answers = [_holds(part, kind, guess) for part in pattern.parts]
    decides = not pattern.every
    return decides if decides in answers else None if None in answers else pattern.every


def _compared(test: Comparison, fact: Fact) -> bool | None:
    if test.operator == "NOT EXISTS":
        return fact is MISSING
    if test.operator in ("IS TRUE", "IS FALSE"):
        return fact is (test.operator == "IS TRUE")
    if test.operator == "IS NULL":
        return False
    if test.operator not in ("=", "!="):  # our facts are no numbers
        if fact is MISSING:
            return False
        raise _Undocumented
    equal = _equal(test, fact)
    if fact is MISSING and test.operator == "!=":
        raise _Undocumented
    return equal if test.operator == "=" or equal is None else not equal


def _equal(test: Comparison, fact: Fact) -> bool | None:
    if fact is MISSING:
        return False
    if test.value == "*" and not test.regex:
        return True
    if isinstance(fact, bool):
        raise _Undocumented
    if isinstance(fact, Other):
        plain = not test.regex and "*" not in test.value
        return False if plain and test.value in fact.than else None
    if test.regex:
        return _compiled(test.value).search(fact) is not None
    return _like(test.value, fact)


def _like(value: str, text: str) -> bool:
    """A star at an end stands for any text. One in the middle is a star, say AWS's older pages; the newer do not say."""
    middle = value.removeprefix("*").removesuffix("*")
    matched = re.fullmatch(".*".join(re.escape(part) for part in value.split("*")), text, re.DOTALL) is not None
    if "*" in middle and matched and value != text:
        raise _Undocumented
    return matched
