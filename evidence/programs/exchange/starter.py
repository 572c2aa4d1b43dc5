"""The file that `evidence programs new` begins with: it can be used as it is, and each comment is a thing to decide."""

import re

from evidence.errors import EvidenceError

_ID = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")

_TEXT = """\
# A compliance program of your own. Check it with `evidence programs check FILE`, use it with `--program FILE`.
id: {id}
name: {name}
edition: "1"
body: who issues it
text: our own
# Whether AWS shows its own side of this program by a report, and which (as AWS Artifact names it):
aws:
  attested: false
groups:
  A: The first group
controls:
  # List every control, also those that only a person can answer: nothing may be missing without being seen.
  - id: A.1
    title: Stored data are encrypted
    group: A
    # customer, shared (AWS keeps a part of it), or aws (AWS alone: no requirements, and a report to inherit it from)
    responsibility: shared
    requirements:
      # reach: full (shows exactly what is asked), part, or context (informs, decides nothing; say why). `evidence requirements` lists them.
      - {{id: ec2.volumes.encrypted, reach: part}}
      - {{id: iam.users.key-age, reach: context, with: {{days: 90}}, why: old keys are no question of encryption}}
    adds: What a person must add to conclude, the policy on encryption, say, and who may use the keys.
  - id: A.2
    title: Incidents are practised
    group: A
    responsibility: customer
    adds: The exercise of the period, who took part, and what was changed after it.
"""


def starter(id: str, name: str = "") -> str:
    """The text of a new program file. Raises EvidenceError for an id that cannot be a file's name."""
    check_id(id)
    return _TEXT.format(id=id, name=name or id)


def check_id(id: str) -> None:
    if not _ID.fullmatch(id):
        raise EvidenceError(
            f"{id!r} cannot be a program's id: it becomes part of file names.",
            "Use small letters, digits, hyphens and full stops, as in acme-baseline-2.1.",
        )
