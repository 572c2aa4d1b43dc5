"""A small program file to break, one way at a time, and requirements for it to map."""

import textwrap

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Parameter, Requirement


def _judge(population: Population, **parameters: object) -> Truth:
    raise AssertionError("reading a program judges nothing")


def _requirement(id: str, **defaults: object) -> Requirement:
    parameters = {name: Parameter(default, name) for name, default in defaults.items()}
    return Requirement(id, "identity", "says", "why", "logic", ("IA-01",), "fix", "source", _judge, parameters=parameters)


KNOWN = {
    r.id: r
    for r in (
        _requirement("iam.account.root-mfa"),
        _requirement("iam.users.key-age", days=90),
        _requirement("ec2.groups.closed", ports=[22, 3389], strict=False, names=[], share=0.5, word="any"),
    )
}

GOOD = textwrap.dedent("""\
    id: example
    name: Example
    edition: "1.0"
    body: Nobody
    text: our own
    aws: {attested: true, artifact: A report}
    groups:
      A: Access
    controls:
      - id: "3.10"
        title: Keys are young
        group: A
        responsibility: customer
        requirements:
          - {id: iam.users.key-age, with: {days: 30}, reach: full}
          - {id: iam.account.root-mfa, reach: context, why: root goes round everything}
        adds: Who renews them.
      - id: A.2
        title: Doors are locked
        group: A
        responsibility: aws
    """)
"""Twenty-one lines; the first control begins on line 10, its requirements stand on lines 15 and 16."""


def changed(old: str, new: str) -> str:
    """GOOD with one thing changed, which must be there once."""
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)
