"""`report/index.html`: the whole Assessment and the raw answers behind it, in one file that asks nothing of the network.

The policy in it names the one script and the one style sheet by their hashes and allows nothing else, so that no text
collected from AWS can run. Data stand in the file as base64 of gzip, which the page's script (`elements.js`, `page.js`) unpacks: the
results at once, the answers in blocks, when one is looked at. No text of a run reaches the file in any other way but the
header, which Jinja escapes.
"""

import base64
import gzip
import hashlib
import io
import re
from functools import cache

import orjson
from markupsafe import Markup

from evidence.pack import fonts, templates, words
from evidence.pack.drawing import SHAPES
from evidence.pack.lens import Lens
from evidence.pack.material import Material
from evidence.pack.page_answers import LIMIT, embed
from evidence.pack.page_data import MOST, document

NAME = "index.html"
FACES = (fonts.SANS, fonts.SEMIBOLD, fonts.MONO)
CHARACTERS = (
    *range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2028), 0x2030, 0x2039, 0x203A, 0x20AC,
    *range(0x2190, 0x2194), 0x2212, 0x2260, 0x2264, 0x2265,
)  # fmt: skip
"""What the faces in the page are cut down to; the reader's own fonts show the rest."""
_COLOUR = re.compile(r'(fill|stroke)="#[0-9a-f]{3,6}"')
_OPEN = 'fill="#fff"'


def write_page(material: Material) -> None:
    """Writes `report/index.html`; the same Assessment, run and pack give the same bytes."""
    (material.report / NAME).write_text(page(material), encoding="utf-8", newline="\n")


def page(material: Material, *, most: int = MOST, limit: int = LIMIT) -> str:
    """The page. At most `most` results and `limit` bytes of answers stand in it; it says so where there are more."""
    run = material.assessment.run
    lens = Lens(material.assessment, material.assessment.programs)
    data, cited, urgent = document(lens, material.facts, most, material.period)
    kept = embed(material.run, cited, urgent, limit)
    data["evidence"] = {"id": cited, **kept.columns}
    data["files"] = _files(material)
    style, script = page_style(), page_script("page.js")
    return templates.page(
        "page.html",
        {
            "policy": _policy(script, style),
            "style": Markup(style),
            "script": Markup(script),
            "shapes": shapes(),
            "data": Markup(packed(orjson.dumps(data))),
            "answers": [Markup(block) for block in kept.blocks],
            "entity": run.entity or "Entity not named",
            "period": words.period(run.period),
            "as_of": words.instant(run.as_of),
            "pack": material.facts,
        },
    )


def packed(data: bytes) -> str:
    """Base64 of gzip: it holds no character that could end the element it stands in."""
    return base64.b64encode(gzip.compress(data, compresslevel=9, mtime=0)).decode()


def _policy(script: str, style: str) -> str:
    return "; ".join((
        "default-src 'none'", f"script-src '{hash_of(script)}'", f"style-src '{hash_of(style)}'", "font-src data:", "img-src data:",
        "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
    ))  # fmt: skip


def hash_of(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def page_script(name: str) -> str:
    """The page's one script: what all pages are made with, then its own."""
    folder = templates.template_folder()
    return "".join((folder / part).read_text(encoding="utf-8") for part in ("elements.js", name))


def page_style() -> str:
    sheet = (templates.template_folder() / "page.css").read_text(encoding="utf-8")
    return "\n".join(_font_face(face) for face in FACES) + "\n" + sheet


def shapes() -> list[tuple[str, Markup]]:
    return [(templates.css_class(word), Markup(_shape(drawn))) for word, drawn in SHAPES.items()]


def _shape(drawn: str) -> str:
    """A shape in the colour of the word beside it, on whatever background."""
    return _COLOUR.sub(r'\1="currentColor"', drawn.replace(_OPEN, 'fill="none"'))


def _files(material: Material) -> list[str]:
    """The reports that were there when the page was made, as links relative to it."""
    found = (p.relative_to(material.report).as_posix() for p in material.report.rglob("*") if p.is_file())
    return sorted(name for name in found if name != NAME)


@cache
def _font_face(face: fonts.Face) -> str:
    """A face cut down to CHARACTERS, in the style sheet itself."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(hinting=False, layout_features=["kern", "tnum", "lnum", "mark", "ccmp"])
    options.drop_tables += ["meta"]
    with TTFont(face.path, recalcTimestamp=False) as font:
        cutter = Subsetter(options)
        cutter.populate(unicodes=CHARACTERS)
        cutter.subset(font)
        font.flavor = "woff2"
        out = io.BytesIO()
        font.save(out)
    data = base64.b64encode(out.getvalue()).decode()
    return (
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; '
        f'src: url(data:font/woff2;base64,{data}) format("woff2") }}'
    )
