"""`python -m tests.larkfield.publish [SAMPLE]`: puts what `make sample` made, with pictures of its pages, into `sample_output/`."""

import shutil
import subprocess
import sys
from pathlib import Path

from pypdf import PdfReader

ROOT = Path(__file__).parents[2]
OUT = ROOT / "sample_output"
REPORTS = ("results.json", "summary.pdf", "soc2-2017.pdf", "workbook.xlsx", "index.html")
PAGES = {
    "cover": ("soc2-2017.pdf", "UNSIGNED"),
    "control": ("soc2-2017.pdf", "CC6.1"),
    "environment": ("summary.pdf", "Environment shop-web-prod"),
    "exceptions": ("soc2-2017.pdf", "Exceptions, their age"),
}
"""The pictures of the README: a name, the report, and the words by which its page is found."""


def publish(sample: Path) -> None:
    for name in REPORTS:
        shutil.copyfile(sample / "pack/report" / name, OUT / name)
    shutil.copyfile(sample / "pack/method/versions.json", OUT / "versions.json")
    for picture, (report, words) in PAGES.items():
        number = str(page_with(OUT / report, words))
        command = [
            "pdftoppm",
            "-png",
            "-singlefile",
            "-r",
            "70",
            "-f",
            number,
            "-l",
            number,
            OUT / report,
            OUT / "pages" / picture,
        ]
        subprocess.run(command, check=True)


def page_with(report: Path, words: str) -> int:
    """The number, from 1, of the page whose first lines hold the words."""
    pages = PdfReader(report).pages
    return next(n for n, page in enumerate(pages, start=1) if words in page.extract_text()[:700])


if __name__ == "__main__":
    publish(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "build/sample")
