"""HTML to a PDF by WeasyPrint: tagged, A4, the same bytes whenever and wherever it is printed."""

import datetime as dt
import gc
import hashlib
import logging
import multiprocessing
import os
import threading
import warnings
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from evidence.attended import end
from evidence.errors import EvidenceError
from evidence.pack import fonts
from evidence.pack.drawing import SHAPES, shape_file
from evidence.pack.templates import css_class, template_folder

SHAPE = "shape:"
"""How the style sheet names a shape: "shape:needs-a-person"."""
AT_ONCE = 4
"""Reports printed at the same time, at most: each may take a gigabyte of memory and more."""
_HARMLESS = "Using fontTools instead of HarfBuzz-Subset"
"""WeasyPrint's notice on machines whose HarfBuzz cannot subset fonts: the page looks the same."""
_ONE_AT_A_TIME = threading.Lock()
"""The environment's variables, the logger and the garbage collector belong to the whole process."""
_SELDOM = (50_000, 50, 1000)
"""How often garbage is looked for while boxes are made by the million and nearly all stay until the end: see `gc.set_threshold`."""
_NOTES = ("::footnote", "::note")
"""How the rules of WeasyPrint's own sheet for notes begin, of which our reports have none. They are for every element, and take a
fifth of the time."""


@dataclass(frozen=True)
class Printable:
    """A filled page, and the file it becomes. Two PDFs of one run differ in `identity`, from which the file's id follows.
    `attached`: results to be carried as associated data, or nothing."""

    html: str
    out: Path
    as_of: str
    identity: str
    attached: bytes = b""


def print_pdf(printable: Printable) -> int:
    """Writes the file and returns how many pages it has. Raises EvidenceError where a character or a font is missing: never an
    empty box."""
    document = fonts.printable(printable.html)
    sheet = (template_folder() / "style.css").read_text(encoding="utf-8")
    faces = "\n".join(face.css() for face in document.faces)
    shapes = "\n".join(f".{css_class(w)} {{ background-image: url({SHAPE}{css_class(w)}) }}" for w in SHAPES)
    identifier = hashlib.sha256(printable.identity.encode()).digest()[:16]
    with _ONE_AT_A_TIME, _environment(printable.as_of), _no_warning(), _seldom_looking_for_garbage():
        data = [_attachment(printable.attached, printable.as_of)] if printable.attached else []
        pdf, pages = _render(document.html, f"{faces}\n{shapes}\n{sheet}", identifier, data)
    printable.out.write_bytes(pdf)
    return pages


def print_side_by_side(printables: Iterable[Printable]) -> None:
    """Writes them all, each in a process of its own, since printing is where a pack's time goes and WeasyPrint keeps one
    processor busy. Raises EvidenceError as `print_pdf` does, or where such a process was ended from outside."""
    longest_first = sorted(printables, key=lambda p: len(p.html), reverse=True)
    workers = min(len(longest_first), os.cpu_count() or 1, AT_ONCE)
    if workers < 2 or multiprocessing.parent_process() is not None:  # this process is one of several already
        for printable in longest_first:
            print_pdf(printable)
        return
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, fresh, max_tasks_per_child=1) as pool:
        try:
            list(pool.map(print_pdf, longest_first))
        except BrokenProcessPool as error:
            raise EvidenceError(
                "A report was not printed: its process was ended from outside, as happens where memory runs out.",
                "Free some memory, or name fewer programs at once.",
            ) from error
        except BaseException:  # of any kind, an interruption too: the other reports are not worth waiting for
            end(pool)
            raise


def _render(html: str, sheet: str, identifier: bytes, attachments: Sequence[Any] = ()) -> tuple[bytes, int]:
    """The PDF, and how many pages it has."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Ours(URLFetcher):
        """Our fonts and shapes; the network and the disk are out of reach."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            shape = next((w for w in SHAPES if url == SHAPE + css_class(w)), None)
            if shape is not None:
                return URLFetcherResponse(url, shape_file(shape), {"Content-Type": "image/svg+xml"})
            return URLFetcherResponse(url, fonts.read(url), {"Content-Type": "font/ttf"})

    class Report(weasyprint.HTML):
        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
            return [_without_notes()]

    fetcher, config, pages = Ours(), FontConfiguration(), 0

    def counted(made: Any, _: Any) -> None:
        nonlocal pages
        pages = len(made.pages)

    style = weasyprint.CSS(string=sheet, url_fetcher=fetcher, font_config=config, base_url="about:blank")
    document = Report(string=html, url_fetcher=fetcher, base_url="about:blank")
    pdf: bytes = document.write_pdf(
        stylesheets=[style],
        font_config=config,
        pdf_variant="pdf/a-3a",
        pdf_tags=True,
        pdf_identifier=identifier,
        attachments=list(attachments),
        finisher=counted,
    )
    return pdf, pages


@cache
def _without_notes() -> Any:
    """WeasyPrint's own style sheet without the rules for notes; what it says of counters, WeasyPrint adds itself."""
    import weasyprint
    from weasyprint.html import UA

    return weasyprint.CSS(string="\n".join(line for line in UA.splitlines() if not line.startswith(_NOTES)))


def _attachment(results: bytes, as_of: str) -> Any:
    """The results behind the pages, as associated data of PDF/A-3 (ISO 19005-3, 6.8)."""
    import weasyprint

    described, when = "The results behind these pages; described by method/results.schema.json", dt.datetime.fromisoformat(as_of)
    return weasyprint.Attachment(
        string=results, name="results.json", description=described, relationship="Data", created=when, modified=when
    )


def try_printing() -> str:
    """Prints a page with every font of ours, and says so. Raises EvidenceError where no report could be printed here."""
    settings = template_folder() / "fonts.conf"
    try:
        if ElementTree.parse(settings).getroot().tag != "fontconfig":
            raise EvidenceError(f"{settings} is no fontconfig file.", "Install this tool anew.")
        for face in fonts.ALWAYS + fonts.ON_DEMAND:
            fonts.loaded(face)
        faces = "\n".join(face.css() for face in fonts.ALWAYS)
        text = "".join(f'<p style="font: {f.style} {f.weight} 10px {f.family}">{f.family}</p>' for f in fonts.ALWAYS)
        html = f'<html lang="en"><head><title>Trial</title></head><body>{text}</body></html>'
        with _ONE_AT_A_TIME, _environment("2026-01-01T00:00:00Z"), _no_warning():
            _render(html, faces, b"\0" * 16)
    except (OSError, ImportError, ElementTree.ParseError) as error:
        raise EvidenceError(
            f"No report can be printed here: {error}.",
            "Install Pango (Debian: libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0) and this tool with its dependencies.",
        ) from error
    return f"A page was printed; {len(fonts.ALWAYS + fonts.ON_DEMAND)} font files load."


@contextmanager
def _environment(as_of: str) -> Iterator[None]:
    """The variables that fontconfig and fontTools read: our fonts only, and the run's end instead of the clock."""
    try:
        epoch = int(dt.datetime.fromisoformat(as_of).timestamp())
    except ValueError as error:
        raise EvidenceError(f"The run's end is no time: {as_of!r}.", "Judge the run again.") from error
    ours = {"SOURCE_DATE_EPOCH": str(epoch), "FONTCONFIG_FILE": str(template_folder() / "fonts.conf")}
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _seldom_looking_for_garbage() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.getMessage().startswith(_HARMLESS):
            self.lines.append(record.getMessage())


@contextmanager
def _no_warning() -> Iterator[None]:
    """WeasyPrint warns of a glyph, a font or a link that is missing and prints all the same: here it is an error."""
    logger, kept = logging.getLogger("weasyprint"), _Kept()
    before = (logger.level, logger.propagate, logger.disabled)
    logger.setLevel(logging.WARNING)
    logger.propagate, logger.disabled = False, False
    logger.addHandler(kept)
    try:
        with warnings.catch_warnings(action="ignore"):  # no font of the machine is configured: that is what we want
            yield
    finally:
        logger.removeHandler(kept)
        logger.setLevel(before[0])
        logger.propagate, logger.disabled = before[1:]
    if kept.lines:
        raise EvidenceError(f"The PDF would not be whole: {'; '.join(dict.fromkeys(kept.lines[:5]))}", "Please report this.")
