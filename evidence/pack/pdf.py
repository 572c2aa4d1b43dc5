"""The PDF of a program and the summary over all: tagged, A4, the same bytes whenever and wherever it is made."""

import datetime as dt
import hashlib
import logging
import os
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from evidence.assessment.model import Assessment
from evidence.errors import EvidenceError
from evidence.pack import fonts, words
from evidence.pack.drawing import SHAPES, shape_file
from evidence.pack.facts import PackFacts
from evidence.pack.kept import NOWHERE, KeptAnswers
from evidence.pack.results import of_program, results_json
from evidence.pack.view import program_view, summary_view

SHAPE = "shape:"
"""How the style sheet names a shape: "shape:needs-a-person"."""
ATTACHED = 32 * 1024 * 1024
"""Bytes of results that a PDF carries; larger ones stand beside it in the pack alone, as its verification page says."""
_HARMLESS = "Using fontTools instead of HarfBuzz-Subset"
"""WeasyPrint's notice on machines whose HarfBuzz cannot subset fonts: the page looks the same."""
_ONE_AT_A_TIME = threading.Lock()
"""The environment's variables and the logger belong to the whole process."""


def write_program_pdf(assessment: Assessment, program_id: str, pack: PackFacts, out: Path, kept: KeptAnswers = NOWHERE) -> None:
    """The report of one program. Raises EvidenceError where a character or a font is missing: never an empty box."""
    view, own = program_view(assessment, program_id, pack, kept), of_program(assessment, program_id)
    _write("program.html", view, out, own, f"{pack.id} {pack.evidence_root} {program_id}")


def write_summary_pdf(assessment: Assessment, pack: PackFacts, out: Path) -> None:
    """The summary over all programs of the pack."""
    _write("summary.html", summary_view(assessment, pack), out, assessment, f"{pack.id} {pack.evidence_root}")


def write_html(html: str, out: Path, assessment: Assessment, identity: str) -> int:
    """Any page of ours in the look of the reports, and how many pages it has. Two PDFs of one run differ in `identity`, from which
    the file's id follows."""
    pages: list[int] = []
    _print(html, out, assessment.run.as_of, identity, pages=pages)
    return pages[-1]


def page(template: str, view: dict[str, Any]) -> str:
    """A template filled with a view, before any font is looked at."""
    return str(_templates().get_template(template).render(view))


def template_folder() -> Path:
    """Where the templates are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    return next(f for f in (package / "report_templates", package.parent / "report_templates") if f.is_dir())


@cache
def _templates() -> Any:
    import jinja2

    loader = jinja2.FileSystemLoader(template_folder())
    env = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    env.filters |= {
        "n": words.number, "plural": words.plural, "css": css_class, "listed": words.listed, "sentence": words.sentence,
        "instant": words.instant, "shorten": words.shorten, "brief": words.brief, "parameters": words.parameters,
        "plural_of": lambda things, noun: words.plural(len(things), noun),
        "sum_of": lambda rows, word: sum(row["counts"][word] for row in rows),
    }  # fmt: skip
    return env


def css_class(word: str) -> str:
    return word.replace(" ", "-").replace("_", "-")


def _write(template: str, view: dict[str, Any], out: Path, results: Assessment, identity: str) -> None:
    """The template filled and printed, with these results attached where they are not too many."""
    attached = results_json(results)
    attached = attached if len(attached) <= ATTACHED else b""
    _print(page(template, view | {"attached": len(attached)}), out, results.run.as_of, identity, attached)


def _print(html: str, out: Path, as_of: str, identity: str, attached: bytes = b"", pages: list[int] | None = None) -> None:
    document = fonts.printable(html)
    sheet = (template_folder() / "style.css").read_text(encoding="utf-8")
    faces = "\n".join(face.css() for face in document.faces)
    shapes = "\n".join(f".{css_class(w)} {{ background-image: url({SHAPE}{css_class(w)}) }}" for w in SHAPES)
    with _ONE_AT_A_TIME, _environment(as_of), _no_warning():
        data = [_attachment(attached, as_of)] if attached else []
        pdf = _render(document.html, f"{faces}\n{shapes}\n{sheet}", hashlib.sha256(identity.encode()).digest()[:16], data, pages)
    out.write_bytes(pdf)


def _render(html: str, sheet: str, identifier: bytes, attachments: Sequence[Any] = (), pages: list[int] | None = None) -> bytes:
    """The PDF; how many pages it has is added to `pages`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no font is configured: that is what we want
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

    fetcher, config = Ours(), FontConfiguration()
    style = weasyprint.CSS(string=sheet, url_fetcher=fetcher, font_config=config, base_url="about:blank")
    document = weasyprint.HTML(string=html, url_fetcher=fetcher, base_url="about:blank")
    pdf: bytes = document.write_pdf(
        stylesheets=[style],
        font_config=config,
        pdf_variant="pdf/a-3a",
        pdf_tags=True,
        pdf_identifier=identifier,
        attachments=list(attachments),
        finisher=lambda made, _: None if pages is None else pages.append(len(made.pages)),
    )
    return pdf


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
        yield
    finally:
        logger.removeHandler(kept)
        logger.setLevel(before[0])
        logger.propagate, logger.disabled = before[1:]
    if kept.lines:
        raise EvidenceError(f"The PDF would not be whole: {'; '.join(dict.fromkeys(kept.lines[:5]))}", "Please report this.")
