"""The fonts of the printed pack: files of Python packages, nothing of the machine's own. See docs/decisions/fonts.md."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from evidence.errors import EvidenceError
from evidence.pack.visible import codepoint, hidden

SCHEME = "pkg:"
"""How the style sheet names a font file: "pkg:package/path inside it"."""
_SPACING = frozenset("\n\t")


@dataclass(frozen=True)
class Face:
    """One font file under the family name the style sheet uses; no machine has fonts of these names."""

    family: str
    package: str
    file: str
    weight: int = 400
    style: str = "normal"

    @property
    def url(self) -> str:
        return f"{SCHEME}{self.package}/{self.file}"

    @property
    def path(self) -> Path:
        return _folder(self.package) / self.file

    def css(self) -> str:
        return (
            f'@font-face {{ font-family: "{self.family}"; font-weight: {self.weight}; font-style: {self.style}; '
            f"src: url({self.url}) }}"
        )


_SANS, _MONO = "font_source_sans_pro", "fontpkg_ibm_plex_mono"
SANS = Face("Evidence Sans", _SANS, "files/SourceSansPro-Regular.ttf")
SEMIBOLD = Face("Evidence Sans", _SANS, "files/SourceSansPro-Semibold.ttf", 600)
BOLD = Face("Evidence Sans", _SANS, "files/SourceSansPro-Bold.ttf", 700)
ITALIC = Face("Evidence Sans", _SANS, "files/SourceSansPro-It.ttf", 400, "italic")
MONO = Face("Evidence Mono", _MONO, "files/IBMPlexMono-Regular.ttf")
MONO_SEMIBOLD = Face("Evidence Mono", _MONO, "files/IBMPlexMono-SemiBold.ttf", 600)
ALWAYS = (SANS, ITALIC, SEMIBOLD, BOLD, MONO, MONO_SEMIBOLD)
ARABIC = Face("Evidence Arabic", "fontpkg_ibm_plex_sans_arabic", "files/IBMPlexSansArabic-Regular.ttf")
CJK = Face("Evidence CJK", "noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf")
ON_DEMAND = (ARABIC, CJK)
"""Loaded only where their text occurs, in this order: the last costs seconds."""


@dataclass(frozen=True)
class Printable:
    """A document in which every character has a glyph, and the faces it needs."""

    html: str
    faces: tuple[Face, ...]


def printable(html: str) -> Printable:
    """Every character that no font has, or that shows nothing, spelled out as U+XXXX. Markup is ASCII: never touched."""
    missing = _uncovered(html)
    faces: tuple[Face, ...] = ALWAYS
    for face in ON_DEMAND:
        found = missing & _characters(face) if missing else frozenset()
        if found:
            faces, missing = (*faces, face), missing - found
    rest = missing | {c for c in set(html) if _hidden(c)}
    return Printable(html.translate({ord(c): codepoint(c) for c in rest}), faces)


def spelled(text: str) -> str:
    """A text as it will be printed, to measure it."""
    return text if text.isascii() and text.isprintable() else printable(text).html


def loaded(face: Face) -> int:
    """How many characters the font file has. Raises EvidenceError where it is not there, or is none."""
    from fontTools.ttLib import TTLibError

    try:
        return len(_characters(face))
    except (OSError, TTLibError) as error:
        raise EvidenceError(
            f"The font file {face.path} cannot be read: {error}.", "Install this tool with its dependencies anew."
        ) from error


def read(url: str) -> bytes:
    """The bytes of one of our faces; anything else is refused."""
    for face in (*ALWAYS, *ON_DEMAND):
        if face.url == url:
            return face.path.read_bytes()
    raise ValueError(f"refused: {url}")


def width(text: str, face: Face = SANS) -> float:
    """The width of a text in em, without kerning."""
    advances = _advances(face)
    return sum(advances.get(ord(c), 1.0) for c in text)


def _hidden(character: str) -> bool:
    return character not in _SPACING and hidden(character)


def _uncovered(text: str) -> frozenset[str]:
    unusual = {c for c in set(text) if not c.isascii()}
    return frozenset(c for c in unusual - _base() if not _hidden(c))


@cache
def _base() -> frozenset[str]:
    """What every weight of the text face has, or else the face for code: a fallback must hold in bold too."""
    return _in_all((SANS, SEMIBOLD, BOLD)) | _in_all((MONO, MONO_SEMIBOLD))


def _in_all(faces: Iterable[Face]) -> frozenset[str]:
    return frozenset.intersection(*(_characters(face) for face in faces))


@cache
def _characters(face: Face) -> frozenset[str]:
    from fontTools.ttLib import TTFont

    with TTFont(face.path, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@cache
def _advances(face: Face) -> dict[int, float]:
    from fontTools.ttLib import TTFont

    with TTFont(face.path, lazy=True) as font:
        scale, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
        return {code: metrics[glyph][0] / scale for code, glyph in font.getBestCmap().items()}


@cache
def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise EvidenceError(f"The font package {package} is not installed.", "Install this tool with its dependencies.")
    return Path(spec.origin).parent
