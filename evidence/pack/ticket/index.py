"""The index over several tickets: what each is about, and how many controls have none and why."""

from collections import Counter
from collections.abc import Collection, Sequence

from evidence.assessment.model import Assessment
from evidence.pack import words
from evidence.pack.ticket.model import Ticket, name_of
from evidence.pack.ticket.text import code, ours


def index(assessment: Assessment, tickets: Sequence[Ticket], asked: Collection[str], only: Collection[str] = ()) -> str:
    """`index.md`. `asked` are the conclusions that got a ticket each, `only` the programs looked at (all where empty)."""
    run = assessment.run
    lines = [
        f"# {words.plural(len(tickets), 'ticket')}: controls concluded as {words.listed(sorted(asked))}", "",
        f"{ours(run.entity or 'No entity was named')}, {ours(words.period(run.period))}, as of {words.instant(run.as_of)}.", "",
        "| Control | What it asks | Open | Overdue | Gaps | Lists unread | Ticket |", "| --- | --- | ---: | ---: | ---: | ---: | --- |",
    ]  # fmt: skip
    for t in tickets:
        n, name = t.counts, name_of(t.key)
        lines.append(
            f"| {code(f'{t.program} {t.control}')} | {ours(t.asks)} | {n.open:,} | {n.overdue:,} | {n.gaps:,} | {n.unread:,} | "
            f"[{name}]({name}/ticket.md) |"
        )
    chosen = [c for c in assessment.conclusions if not only or c.program in only]
    none = Counter[str](c.conclusion for c in chosen if c.conclusion not in asked)
    total = len(chosen)
    lines += [
        "",
        f"Of {words.plural(total, 'control')}, {total - len(tickets):,} have no ticket here, and this is no word about whether they are met:",
        "",
    ]
    lines += [f"- {none[word]:,} {word}: {meaning}" for word, meaning in words.CONCLUSION_MEANINGS.items() if none[word]]
    lines += ["", "An exception may stand under several controls: these columns are not to be added up.", ""]
    return "\n".join(lines)
