"""From the columns that are wanted to the asks that fill them: those and no others."""

from collections.abc import Iterable, Mapping

from evidence.services.declare import Ask, PopulationSpec


def asks_for(wanted: Mapping[str, Iterable[str]], specs: Mapping[str, PopulationSpec]) -> tuple[Ask, ...]:
    """The asks that fill the wanted columns ({population: columns}), each after those it depends on."""
    out: dict[Ask, None] = {}

    def add(ask: Ask) -> None:
        if ask in out:
            return
        if ask.after is not None:
            add(ask.after)
        if ask.only is not None and ask.only.of is not None:
            add(ask.only.of)
        if ask.each is not None:
            for listed_by in specs[ask.each].lists:
                if isinstance(listed_by, Ask):
                    add(listed_by)
        out[ask] = None

    for name, columns in wanted.items():
        spec = specs[name]
        for listed_by in spec.lists:
            if isinstance(listed_by, Ask):
                add(listed_by)
        for column in columns:
            of = spec.columns[column].of
            if of is not None:
                add(of)
    return tuple(out)
