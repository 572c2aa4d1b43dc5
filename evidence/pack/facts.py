"""What every format says alike: the pack's id and root, the numbers of exceptions and of calls not answered, and the
numbered procedure by which anyone checks the pack."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from evidence.assessment.model import Assessment, CallFailed
from evidence.assessment.register import Identity, identity
from evidence.assessment.together import Organisation
from evidence.pack.procedure import Step, verification
from evidence.seal.sealing import UNSEALED, Sealing

LABEL = "Confidential · management's evidence, not an opinion"


@dataclass(frozen=True)
class PackFacts:
    """What a report cites of the pack around it, known before the report is written.

    evidence_root   SHA-256 in hex of the SHA256SUMS lines of `evidence/`
    signed          who signs the pack and with which key; None prints UNSIGNED
    timestamped     who gives the timestamp of the signature; None where there is none
    previous        the id of the pack of the period before; "" where none is named
    method          {file under method/: its SHA-256}
    steps           the verification procedure; by default `verification(...)`
    """

    id: str
    evidence_root: str
    label: str = LABEL
    signed: str | None = None
    timestamped: str | None = None
    previous: str = ""
    method: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    @property
    def ident(self) -> str:
        return f"{self.id} · root {self.evidence_root[:16]}"


def pack_facts(
    assessment: Assessment | Organisation,
    evidence_root: str,
    *,
    signed: str | None = None,
    timestamped: str | None = None,
    previous: str = "",
    method: Mapping[str, str] | None = None,
    sealing: Sealing = UNSEALED,
    accounts: int = 0,
) -> PackFacts:
    """The pack's facts, with an id that follows from the root, the programs and the parameters. What `sealing` says of
    signer, authority and previous pack goes before the three words. `accounts`: of how many accounts' packs it is the summary."""
    if sealing.signer:
        signed, timestamped = sealing.signer.words, sealing.authority
    if sealing.previous:
        previous = sealing.previous.id
    steps = verification(evidence_root, signed=signed, timestamped=timestamped, sealing=sealing, accounts=accounts)
    return PackFacts(
        id=pack_id(assessment, evidence_root), evidence_root=evidence_root, signed=signed, timestamped=timestamped,
        previous=previous, method=dict(sorted((method or {}).items())), steps=steps,
    )  # fmt: skip


def pack_id(assessment: Assessment | Organisation, evidence_root: str) -> str:
    """Like "EVP-2026Q3-8c41d2aa": the period (or the day of the run's end), then 8 hex digits of what was packed."""
    used = sorted((r.id, r.variant, sorted((k, str(v)) for k, v in r.parameters.items())) for r in assessment.requirements)
    packed = [evidence_root, sorted(p.id for p in assessment.programs), used]
    digest = hashlib.sha256(json.dumps(packed, sort_keys=True).encode()).hexdigest()
    when = "".join(c for c in assessment.run.period or assessment.run.as_of[:10] if c.isascii() and c.isalnum())
    return f"EVP-{when}-{digest[:8]}"


def exception_numbers(assessment: Assessment) -> dict[Identity, str]:
    """X-001, X-002 …: one number for each exception, the same in every format and every program of the pack."""
    return {identity(e): e.number for e in assessment.exceptions}


@dataclass(frozen=True)
class NotCollected:
    """Calls of one operation that ended alike in one account and Region: one row of what was not read."""

    number: str
    account: str
    region: str
    call: str
    ending: str
    code: str
    count: int
    resources: tuple[str, ...]
    evidence: tuple[str, ...]
    populations: tuple[str, ...]
    actions: tuple[str, ...]


def not_collected(assessment: Assessment) -> tuple[NotCollected, ...]:
    """NC-01, NC-02 …: the calls not answered, the same numbers in every format."""
    groups: dict[tuple[str, str, str, str, str], list[CallFailed]] = defaultdict(list)
    for call in assessment.failed_calls:
        groups[(call.account, call.region, call.call, call.ending, call.code)].append(call)
    width = max(2, len(str(len(groups))))
    return tuple(
        NotCollected(
            f"NC-{n:0{width}}", *key, len(calls),
            tuple(sorted({c.resource for c in calls if c.resource})),
            tuple(sorted({c.evidence for c in calls if c.evidence})),
            tuple(sorted({p for c in calls for p in c.populations})),
            tuple(sorted({a for c in calls for a in c.actions})),
        )
        for n, (key, calls) in enumerate(sorted(groups.items()), 1)
    )  # fmt: skip
