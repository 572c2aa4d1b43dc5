"""Where the segments of a run end, held small: a thousand accounts have forty thousand of them, and whoever collects only passes them on."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

End = Mapping[str, Any]


class Segments(Mapping[str, End]):
    """{path: {"lines", "head"}} by path, of each account in one piece: JSON, compressed. One account is unpacked at a time."""

    def __init__(self, pieces: Mapping[str, tuple[int, bytes]]) -> None:
        """`pieces`: of each account, how many segments it has and their packed ends; see `of`."""
        self._pieces = dict(sorted(pieces.items()))
        self._at_hand: tuple[str | None, Mapping[str, End]] = None, {}

    @classmethod
    def of(cls, ends: Mapping[str, End]) -> "Segments":
        """Those of this mapping, packed. Raises AttributeError where it is none."""
        by_account: dict[str, dict[str, End]] = defaultdict(dict)
        for path, end in ends.items():
            by_account[_account(path)][path] = end
        return cls({account: (len(own), _packed(own)) for account, own in by_account.items()})

    @classmethod
    def joined(cls, many: Iterable["Segments"]) -> "Segments":
        """Those of several accounts, each of which is in one of them alone."""
        return cls({account: piece for one in many for account, piece in one._pieces.items()})

    def of_accounts(self, accounts: Iterable[str]) -> "Segments":
        return Segments({account: self._pieces[account] for account in accounts if account in self._pieces})

    def __getitem__(self, path: str) -> End:
        return self._unpacked(_account(path))[path]

    def __iter__(self) -> Iterator[str]:
        for account in self._pieces:
            yield from self._unpacked(account)

    def __len__(self) -> int:
        return sum(number for number, _ in self._pieces.values())

    def _unpacked(self, account: str) -> Mapping[str, End]:
        had, ends = self._at_hand
        if had != account:
            _, packed = self._pieces.get(account, (0, b""))
            ends = orjson.loads(zlib.decompress(packed)) if packed else {}
            self._at_hand = account, ends
        return ends

    def written(self) -> Iterator[bytes]:
        """The JSON text of all of them, part by part, as it stands in an object that is indented by two."""
        before = b"{\n  "
        for account in self._pieces:
            text = orjson.dumps(self._unpacked(account), option=orjson.OPT_INDENT_2)
            if text != b"{}":
                yield before + text[2:-2].replace(b"\n", b"\n  ")
                before = b",\n  "
        yield b"\n  }" if len(self) else b"{}"


def _packed(ends: Mapping[str, End]) -> bytes:
    return zlib.compress(orjson.dumps(ends, option=orjson.OPT_SORT_KEYS), 1)


def _account(path: str) -> str:
    return (path.split("/") + ["", ""])[1]


@dataclass(frozen=True)
class Ends:
    """Where segments end, how many calls ended in which way by the newest answer of each, and how many markers of each kind stand
    in the place of a text."""

    segments: Segments = field(default_factory=lambda: Segments({}))
    calls: Mapping[str, int] = field(default_factory=dict)
    redactions: Mapping[str, int] = field(default_factory=dict)
