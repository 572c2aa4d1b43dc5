"""README.txt of a draw: what lies where, and the commands that redo it with nothing of ours installed."""

import shlex

from evidence.pack.samples import say
from evidence.pack.samples.model import Samples
from evidence.pack.ticket.readme import ADDED, DIGESTS, SIGNED
from evidence.pack.ticket.text import one_line

RANKED = """\
ranked() {
  while IFS= read -r line; do
    printf '%s %s\\n' "$(printf '%s|%s' "$SEED" "$line" | sha256sum | cut -c1-64)" "$line"
  done < population.txt | LC_ALL=C sort
}"""
"""Each line after its rank hash, the lowest first."""
HASHES = 'grep -o \'"hash": "[0-9a-f]*"\' samples.json | cut -d\'"\' -f4'
LISTED = """\
python3 - PACK/report/results.json {requirement} {variant} <<'END' | LC_ALL=C sort | diff - population.txt
import json, sys
from urllib.parse import quote
plain = "".join(map(chr, range(33, 127))).replace("%", "")
for m in json.load(open(sys.argv[1], encoding="utf-8"))["members"]:
    if [m["requirement"], m["variant"]] == sys.argv[2:]{applies}:
        print(*(quote(m[k], safe=plain) for k in ("account", "region", "partition", "type", "id")))
END"""
APPLIES = ' and m["judgement"] != "not_applicable"'


def seeded(s: Samples) -> str:
    """The line of bash that sets the seed."""
    return "SEED=$(sha256sum population.txt | cut -c1-64)" if s.seed.derived else f"SEED={shlex.quote(s.seed.text)}"


def chosen(s: Samples) -> tuple[str, str]:
    """The ends of pipes that keep, of the lines by rank, those drawn and their replacements."""
    n, key = s.asked, "$2" if s.by_account else "0"
    return f"awk '++seen[{key}] <= {n}'", f"awk '++seen[{key}] > {n} && seen[{key}] <= {2 * n}'"


def steps(s: Samples) -> list[tuple[str, str, str]]:
    """(What it shows, the command, what it is expected to print)."""
    sample, spare = chosen(s)
    pack = bool(s.origin.pack)
    where = "PACK/evidence/answers" if pack else "RUN/answers"
    of_each = " of each account" if s.by_account else ""
    found = [
        ("Every file is unchanged (macOS: shasum -a 256 -c). Once something was entered in samples.xlsx, that one differs.",
         "sha256sum --strict --quiet -c SHA256SUMS", "no output"),
        ("No file was added or removed.", ADDED, "no output"),
        (f"The population: its digest, and its {s.population.size:,} lines in their one order.",
         "sha256sum < population.txt | cut -c1-64; LC_ALL=C sort -c population.txt; wc -l < population.txt",
         f"{s.population.digest} {s.population.size}"),
    ]  # fmt: skip
    if pack:
        applies = APPLIES if s.population.applicable_only else ""
        listed = LISTED.format(requirement=shlex.quote(s.requirement), variant=shlex.quote(s.variant), applies=applies)
        found += [
            ("The pack is the one that was drawn from.", "sha256sum PACK/SHA256SUMS | cut -c1-64", s.origin.sums),
            ("The population is what the pack lists (Python's own library).", listed, "no output"),
        ]
    found += [
        (f"The draw, by rank: the lowest {s.asked:,}{of_each} are the sample, in the order of sheet Samples (some 200 lines a second).",
         f"{seeded(s)}\n{RANKED}\nranked | {sample}", "the rank hash and line of each sample"),
        ("The same, held against samples.json, the replacements after the sample.",
         f"{seeded(s)}\n{RANKED}\ncat <(ranked | {sample}) <(ranked | {spare}) | cut -c1-64 | diff - <({HASHES})", "no output"),
    ]  # fmt: skip
    if any(item.evidence for item in s.items):
        found += [
            ("Each answer is the one that its evidence id names: the id begins the SHA-256 of the call and its answer.", DIGESTS, "no output"),
            (f"Each answer is a line of the {'pack' if pack else 'run'}, byte for byte.",
             f"cat evidence/*.json | LC_ALL=C sort | LC_ALL=C comm -23 - <(zcat {where}/*/*/*.jsonl.gz | LC_ALL=C sort)", "no output"),
        ]  # fmt: skip
    with_same = "" if pack else ", a program of your own by its file, with the same evidence.toml if there was one"
    return [
        *found,
        (
            f"The same draw again (the one step that needs the tool){with_same}.",
            f"{again(s)}; diff -r . ../again",
            "the draw's own sentences",
        ),
    ]


def again(s: Samples) -> str:
    """The command that makes the same folder."""
    parts = ["evidence", "draw", "PACK" if s.origin.pack else "RUN", s.requirement, "--count", str(s.asked)]
    parts += [] if s.origin.pack else [word for p in s.programs for word in ("--program", p)]
    parts += ["--variant", s.variant] if s.variant else []
    parts += [] if s.seed.derived else ["--seed", s.seed.text, *(["--seed-by", s.seed.by] if s.seed.by else [])]
    parts += (["--by", "account"] if s.by_account else []) + (["--applicable-only"] if s.population.applicable_only else [])
    return shlex.join([*parts, "--out", "../again"])


def readme(s: Samples) -> str:
    origin = s.origin
    lines = [
        f"{s.id}: a sample for {s.requirement}{f' ({one_line(s.variant)})' if s.variant else ''}",
        one_line(f"{s.entity or 'No entity was named'} · {s.period or 'no period was named'} · as of {s.as_of}"),
        f"From the pack {origin.pack}, {SIGNED if origin.signed else 'UNSIGNED'}." if origin.pack
        else f"From a run that is in no pack ({one_line(s.run)}): nothing outside of that run vouches for it.",
        "", *map(one_line, s.says), "",
        "samples.xlsx    the items with blank columns for the auditor, every line of the population, how to redo it, a blank evaluation",
        "samples.json    the items for machines, by samples.schema.json",
        "population.txt  what was drawn from, one line a member",
        "evidence/       the raw answers of the items and of their replacements, one a file, each the line as it was kept",
        "",
        say.CANONICAL,
        f"The rank of a line is its place in the order of the SHA-256 of SEED|LINE. The seed is {one_line(s.seed.text)}, given by {one_line(say.by(s.seed))}.",
        say.replaced(s.by_account), say.FURTHER,
        "Evidence of management, drawn as said: attributes, deviations and what follows from them are the auditor's.",
        "", "How to redo it (bash, in this folder; PACK or RUN is the folder drawn from, a zip unpacked):", "",
    ]  # fmt: skip
    for number, (title, command, expected) in enumerate(steps(s), 1):
        lines += [f"{number}. {title}", "", *command.splitlines(), "", f"   Expected: {expected}", ""]
    return "\n".join(lines)
