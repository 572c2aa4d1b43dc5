"""The templates of `report_templates/`, filled with a view."""

from functools import cache
from pathlib import Path
from typing import Any

from evidence.pack import words


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
