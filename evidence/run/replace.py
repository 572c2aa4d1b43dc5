"""Texts of a run replaced word by word, the same word always by the same: what is equal, begins with or is part of another stays so.

A word is kept only where it is AWS's own: a whole text, or a part of it between punctuation, that AWS's models or our own judging name; a form that
AWS alone gives out; a place that AWS alone fills. Whatever else there is becomes a made-up word. Ids keep their length and alphabet.
"""

import datetime as dt
import hashlib
import hmac
import itertools
import json
import re
import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from evidence.run import addresses
from evidence.run.own_words import CHOSEN, IDS, SENTENCE, STANDING, TELLING, UNTYPED, WHOLE

FIRST_DAY = dt.date(1990, 1, 1)
"""Dates before it are no times of anything (0001-01-01 stands for "never"): they stay."""


@dataclass(frozen=True)
class Vocabulary:
    """AWS's own words.

    values      whole texts that stay wherever they stand: enumerations, operations, what the judging names
    members     names of fields, which stay where a structure has them
    catalogues  calls ("elbv2:DescribeSSLPolicies") whose answers are the same for everybody: what they name stays
    """

    values: frozenset[str]
    members: frozenset[str]
    catalogues: frozenset[str] = frozenset()


_LETTER = r"[A-Za-z0-9\u00a1-\u1fff\u2c00-\U0010ffff]"
_WORD = re.compile(_LETTER + "+")
_PIECES = re.compile(
    rf"""(?P<marker>\[redacted\s[^;\]]+(?:;\slooks\slike\s[^;\]]+)?;\sdigest\s[0-9a-f]{{16}}\])
    | (?P<arn>arn:[a-z*-]+:[\w*?-]*:[a-z0-9*?-]*:(?:\d{{12}}|[a-z*-]*):)
    | (?P<rfc>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),\s\d\d\s[A-Z][a-z]{{2}}\s\d{{4}})
    | (?P<day>(?<![\d-])\d{{4}}-\d\d-\d\d(?!\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?) | (?P<packed>(?<!\d)20\d\d[01]\d[0-3]\d(?!\d))
    | (?P<hexes>(?<![\w:])(?:[0-9a-fA-F]{{2}}:){{5,}}[0-9a-fA-F]{{2}}(?![\w:]))
    | (?P<ip>(?<![\w.:])(?:\d{{1,3}}(?:\.\d{{1,3}}){{3}}|[0-9a-fA-F]{{0,4}}:[0-9a-fA-F:.]*:[0-9a-fA-F.]*)(?:/\d{{1,3}})?(?![\w:]|\.\w))
    | (?P<number>\+\d[\d\s().-]{{6,}}\d | (?<![\w-])\d(?:[\d]*[\s-]\d){{1,18}}\d{{2,}}(?![\w-]))
    | (?P<dotted>(?:{_LETTER}|[_-])+(?:\.(?:{_LETTER}|[_-])+)+)
    | (?P<segment>(?:{_LETTER}|[_-])+)
    """,
    re.VERBOSE,
)
_LABELS = re.compile(
    rf"""(?P<aws>(?:amazonaws\.com(?:\.cn)?|elasticbeanstalk\.com|cloudfront\.net|on\.aws|api\.aws)$)
    | (?P<top>(?<=\.)(?:com|net|org|io|dev|app|cloud|info|biz|co|[a-z]{{2}})$)
    | (?P<segment>(?:{_LETTER}|[_-])+)
    """,
    re.VERBOSE,
)
_INNER = re.compile(
    rf"""(?P<uuid>(?<![0-9a-f])[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}(?![0-9a-f]))
    | (?P<address>(?:(?<=ec2-)|(?<=ip-))\d{{1,3}}(?:-\d{{1,3}}){{3}})
    | (?P<host>(?<![A-Za-z0-9])(?:ec2|ip)(?=-\d{{1,3}}(?:-\d{{1,3}}){{3}}(?!\d)))
    | (?P<region>(?<![A-Za-z0-9])(?:us|eu|ap|sa|ca|af|me|il|mx|cn|eusc)-(?:gov-|iso\w?-|de-)?(?:north|south|east|west|central|northeast|southeast|northwest|southwest)-\d[a-z]?
        (?![A-Za-z0-9]))
    | (?P<iam>(?<![A-Za-z0-9])(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|AIPA|ASCA|APKA|ABIA|ACCA|ANVA)(?=[A-Za-z0-9]))
    | (?P<id>(?<![A-Za-z0-9-])(?:{IDS})-(?=[A-Za-z0-9]*\d))
    | (?P<word>{_LETTER}+)
    """,
    re.VERBOSE,
)
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"(\s*:)?|(?<![\w.])\d{12}(?![\w.])')


@dataclass
class Replacer:
    """Replaces texts, and remembers what by what.

    key      what ids are drawn with; only who has the original can know it
    taken    words of the original (without case), which no made-up word is
    mapping  originals (words without case) and what stands in their place
    kept     words (without case) that stayed for being AWS's own, `common` those that AWS's own words hold at all: they tell nothing
    """

    vocabulary: Vocabulary
    key: bytes
    taken: Collection[str]
    mapping: dict[str, str] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    common: set[str] = field(init=False)
    _texts: dict[tuple[str, str], str] = field(default_factory=dict)
    _made: Iterator[str] = field(init=False)
    _used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.common = {w.casefold() for v in self.vocabulary.values if " " not in v for w in _WORD.findall(v)}
        self._made = (w for w in made_up() if w not in self.taken and w not in self.common)
        self.days = 400 + int.from_bytes(self._draw("days")[:4], "big") % 2500

    def day(self, day: dt.date) -> dt.date:
        """The same number of days earlier, for every day."""
        return day if day < FIRST_DAY else day - dt.timedelta(days=self.days)

    def moment(self, moment: dt.datetime) -> dt.datetime:
        return moment - (moment.date() - self.day(moment.date()))

    def account(self, id: str) -> str:
        """Twelve digits for twelve digits."""
        return self._once(id, lambda: f"1{1 + sum(len(o) == 12 and o.isdigit() for o in self.mapping):011d}")

    def member(self, name: str) -> str:
        """The name of a field, or the key of a map."""
        if name in self.vocabulary.members:
            return name
        head = re.match(r"([a-zA-Z0-9-]+):[A-Za-z0-9-]+(?=/|$)", name)  # a key of IAM conditions
        if head and (head[1] == "aws" or head[1] in self.vocabulary.values):
            return head[0] + self.text(name[head.end() :])
        return self.text(name)

    def text(self, text: str, name: str = "") -> str:
        """`name`: the field that the text stands in."""
        found = self._texts.get((text, name))
        if found is None:
            found = self._texts[text, name] = self._text(text, name)
        return found

    def _text(self, text: str, name: str) -> str:
        if text in self.vocabulary.values or WHOLE.fullmatch(text):
            return self._keep(text)
        if re.fullmatch(r"1[0-9]{9}(?:[0-9]{3})?", text):
            return self.epoch(text)
        if any(where.fullmatch(name) and form.fullmatch(text) for where, form in CHOSEN):
            return text
        if document_in(text) is not None:
            return self._document(text)
        return self._pieces(text)

    def epoch(self, digits: str) -> str:
        """Seconds or milliseconds since 1970."""
        return str(int(digits) - self.days * 86400 * (1000 if len(digits) == 13 else 1))

    def _document(self, text: str) -> str:
        """Text of JSON: its literals, each in its place, so that what a parser sees twice it sees twice again."""
        name = ""

        def literal(found: re.Match[str]) -> str:
            nonlocal name
            if found[0][0] != '"':
                return self.account(found[0])
            colon = found[1] or ""
            inner = json.loads(found[0][: len(found[0]) - len(colon)], strict=False)
            if colon:
                name = inner
                return json.dumps(self.member(inner), ensure_ascii=False) + colon
            return json.dumps(self.text(inner, name), ensure_ascii=False)

        return _LITERAL.sub(literal, text)

    def _pieces(self, text: str) -> str:
        out, end, typed = [], 0, False
        for found in _PIECES.finditer(text):
            out += [text[end : found.start()], self._piece(found, typed and found.start() == end)]
            typed, end = found.lastgroup == "arn" and found[0].split(":")[2] not in UNTYPED, found.end()
        return "".join([*out, text[end:]])

    def _piece(self, found: re.Match[str], typed: bool) -> str:
        """`typed`: an ARN's account stands just before it, and the type of its resource comes next."""
        piece, text = found[0], found.string
        match found.lastgroup:
            case "marker":
                return f"{self._keep(piece[:-17])}{self._opaque(piece[-17:-1])}]"
            case "arn":
                head = piece.split(":")
                return ":".join([*head[:4], self.account(head[4]) if head[4].isdigit() else head[4], ""])
            case "rfc":
                return f"{self.day(dt.datetime.strptime(piece[5:], '%d %b %Y').date()):%a, %d %b %Y}"
            case "day" | "packed":
                return self._day(piece)
            case "hexes":
                return ":".join(re.findall("..", self._opaque(piece.replace(":", ""))))
            case "ip":
                try:
                    return self._once(piece, lambda: addresses.replaced(piece, self.key), unique=False)
                except ValueError:
                    return (
                        "".join(self._pieces(p) if p != ":" else p for p in re.split("(:)", piece))
                        if ":" in piece
                        else self._digits(piece)
                    )
            case "number":
                return self._digits(piece)
            case "dotted":
                return self._keep(piece) if self._own(piece) else _LABELS.sub(self._label, piece)
        if typed and re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", piece) and text[found.end() : found.end() + 1] in (":", "/"):
            return self._keep(piece)
        return self._label(found)

    def _own(self, text: str) -> bool:
        return text in self.vocabulary.values or text in STANDING or text in SENTENCE or WHOLE.fullmatch(text) is not None

    def _label(self, found: re.Match[str]) -> str:
        piece, text = found[0], found.string
        if found.lastgroup in ("aws", "top"):
            return piece if found.lastgroup == "aws" else "example"
        if piece.isdigit() and len(piece) != 12:
            around = (text[max(0, found.start() - 1) : found.start()] + text[found.end() : found.end() + 1]).strip(":/,.")
            return piece if len(piece) <= 3 or (len(piece) < 10 and not around) else self._opaque(piece)
        if self._own(piece):
            return self._keep(piece)
        return self._word(piece) if piece.startswith("xn--") else _INNER.sub(self._inner, piece)

    def _inner(self, found: re.Match[str]) -> str:
        piece = found[0]
        match found.lastgroup:
            case "uuid":
                return self._once(piece, lambda: str(uuid.UUID(self._drawn(piece.replace("-", "")))))
            case "address":
                return self._once(
                    piece, lambda: addresses.replaced(piece.replace("-", "."), self.key).replace(".", "-"), unique=False
                )
            case "host" | "region" | "iam" | "id":
                return piece
        return self._word(piece)

    def _word(self, word: str) -> str:
        if (
            (len(word) == 1 and word.isascii())
            or re.fullmatch(r"v?\d{1,3}", word)
            or re.fullmatch(r"(?:AWSEB|AWSServiceRoleFor)[A-Za-z0-9]*", word)
        ):
            return word
        if word in STANDING or word.casefold() in TELLING:
            return self._keep(word)
        if len(word) == 12 and word.isdigit():
            return self.account(word)
        numbered = re.fullmatch(r"([A-Za-z]{2,})(\d{1,3})", word)
        if numbered:
            return self._word(numbered[1]) + numbered[2]
        if (any(c.isdigit() for c in word) and word.isascii()) or re.fullmatch(r"[0-9a-f]{8,}", word):
            return self._opaque(word)
        made = self._once(word.casefold(), lambda: next(self._made))
        return made.upper() if word.isupper() else made.capitalize() if word[:1].isupper() else made

    def _opaque(self, word: str) -> str:
        return self._once(word, lambda: self._drawn(word))

    def _digits(self, text: str) -> str:
        return re.sub(r"\d+", lambda m: self._opaque(m[0]), text)

    def _day(self, text: str) -> str:
        pattern, day = ("%Y-%m-%d", text[:10]) if "-" in text else ("%Y%m%d", text)
        try:
            return f"{self.day(dt.datetime.strptime(day, pattern).date()):{pattern}}{text[10:]}"
        except ValueError:
            return self._digits(text)

    def _drawn(self, word: str) -> str:
        """As many characters of the same alphabet."""
        for attempt in itertools.count():
            alphabet = _alphabet(word)
            stream = b"".join(self._draw(f"id {attempt} {n} {word}") for n in range(1 + len(word) // 16))
            drawn = "".join(alphabet[int.from_bytes(stream[2 * n : 2 * n + 2], "big") % len(alphabet)] for n in range(len(word)))
            if (drawn.casefold() not in self.taken and drawn not in self._used) or attempt > 20:
                return drawn
        raise AssertionError

    def _draw(self, what: str) -> bytes:
        return hmac.digest(self.key, what.encode("utf-8", "surrogatepass"), hashlib.sha256)

    def _once(self, original: str, make: Callable[[], str], *, unique: bool = True) -> str:
        if original not in self.mapping:
            made = make()
            self.mapping[original] = made
            if unique:
                self._used.add(made)
        return self.mapping[original]

    def _keep(self, text: str) -> str:
        self.kept.update(w.casefold() for w in _WORD.findall(text))
        return text


def made_up() -> Iterator[str]:
    """Words that can be said and mean nothing, without end: "babe", "babi" ..."""
    syllables = ["".join(pair) for pair in itertools.product("bdfgklmnprtvz", "aeiou")]
    for length in itertools.count(2):
        yield from map("".join, itertools.product(syllables, repeat=length))


def words(text: str) -> list[str]:
    """The words of a text, as they are replaced, without case."""
    return [w.casefold() for w in _WORD.findall(text)]


def _alphabet(word: str) -> str:
    letters, digits = "abcdefghijklmnopqrstuvwxyz", "0123456789"
    if word.isdigit():
        return digits
    if re.fullmatch("[0-9a-f]+", word):
        return digits + "abcdef"
    if re.fullmatch("[0-9A-F]+", word):
        return digits + "ABCDEF"
    return digits + (letters.upper() if word.isupper() else letters if word.islower() else letters + letters.upper())


def document_in(text: str) -> Any:
    """The structure or list that a text spells out as JSON; None for any other text."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
