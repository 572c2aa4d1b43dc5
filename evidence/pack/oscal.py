"""`report/oscal/`: assessment results with the plan that they import, and a plan of action and milestones, as OSCAL JSON.

One set of files a pack. Each program's controls are one selection of the reviewed controls; a requirement is one observation,
however many programs ask for it, so the counts are the Assessment's. Findings are the assessor's conclusions, so there are
none unless they are asked for. Built of compliance-trestle's models, which take nothing that is not valid OSCAL.
"""

from evidence.errors import EvidenceError
from evidence.pack.material import Material

PLAN, RESULTS, POAM = "assessment-plan.json", "assessment-results.json", "poam.json"

SUBJECTS = 50
"""Subjects in one observation, exceptions first; of more it says how many, and where they are."""
LISTS = 50
"""Lists, read or unread, named in one observation; of more likewise."""
NS = "urn:uuid:2b1058dd-2377-47bf-aa48-2980ae07a011"
"""Our own namespace of property names."""
SAYS = (
    "OSCAL 1.2.1, of compliance-trestle's models. `assessment-results.json` imports `assessment-plan.json`; `poam.json` is there where there",
    "is an exception. One set a pack: each program's controls are one selection of `reviewed-controls`, and a requirement is one observation,",
    "however many programs ask for it.",
    "",
    f"- An **observation** has the requirement's counts as properties, and its exceptions and gaps as subjects, up to {SUBJECTS}, exceptions first;",
    "  `subjects-left-out` counts the others, which are in `data/members.csv`. Its evidence links to the kept answers: the fragment is the",
    "  evidence id (`zgrep ID FILE`).",
    "- **Findings** are the assessor's conclusions: there are none without `evidence pack --oscal-findings`. With it, `exceptions` is",
    "  not-satisfied (fail), `incomplete` and `accepted` are not-satisfied (other), `supported` is satisfied (pass); `not applicable`,",
    "  `needs a person` and `inherited` have none. The target is an objective of our own, the requirements mapped to the control with",
    "  their reach, and not the control: what a person must add stands beside it.",
    "- The **POA&M** has one item for each requirement with exceptions: how many are open, accepted, and without a response (`unanswered`).",
    "  What management states is a risk: one for each response (`open`, with its owner, its deadline, the response as remediation and the",
    "  planned completion as milestone) and one for each acceptance in force (`deviation-approved`, with approver and expiry). An accepted",
    "  exception stays an exception and in its item. An expired acceptance makes none: see `data/acceptances.csv`. No risk is rated.",
    "- **Control ids** are NIST's own for NIST SP 800-53 (`AC-2(3)` is `ac-2.3`); else the program's id and the number, with `_` for what a",
    "  token cannot hold. The properties named `control` say the number, their class the id.",
    "- Resources, accounts and the tool have the same UUID in every pack; everything else follows from the pack's id. Times are the run's end.",
    "- Text of AWS is on one line, characters that show nothing as U+XXXX; in fields that are Markdown its markup is escaped.",
)
PROPERTIES = {
    "pack": "id of the pack",
    "evidence-root": "SHA-256 of the evidence, 64 hex digits",
    "run": "id of the run that was judged",
    "period": "the audited span",
    "signed": "who signs the pack, or UNSIGNED",
    "marking": "how confidential it is",
    "program": "id of a program",
    "program-name": "name and edition of a program",
    "control": "a control's number in its program, or program:number; its class is the control's id in this document",
    "account": "AWS account, 12 digits",
    "entered": "whether the account could be read: yes or no",
    "version": "the tool's version",
    "calls": "calls that ended in the way that the class names",
    "requirements": "requirements judged",
    "members": "results of a requirement on a resource",
    "requirement": "permanent id of the requirement",
    "variant": "tells apart the same requirement under other parameters; left out for the defaults",
    "topic": "topic of the AWS Elastic Beanstalk guide's security chapter",
    "population": "name of the population",
    "judgement": "meets, exception, gap (could not be read) or not_applicable",
    "listed": "members listed: meets + exceptions + gaps + not-applicable",
    "meets": "members read, and the requirement holds",
    "exceptions": "members read, and it does not hold; of a risk, how many of them it is about",
    "open": "exceptions that no acceptance in force covers",
    "accepted": "exceptions that an acceptance in force covers",
    "unanswered": "open exceptions of which management states nothing",
    "gaps": "members that could not be read: nothing is said of them",
    "not-applicable": "members that it cannot apply to",
    "lists-unread": "lists not read, or not to their end: their members are unknown, and counted nowhere",
    "complete": "every list was read to its end: yes or no",
    "corroborated": "a second source agrees: yes, no, or not tried",
    "gone": "members that went away meanwhile; not counted",
    "out-of-scope": "members of Regions out of scope; not counted",
    "subjects-embedded": "exceptions and gaps named as subjects here",
    "subjects-left-out": "exceptions and gaps beyond those: they are in data/members.csv",
    "evidence-embedded": "answers linked as relevant evidence here: of the lists (up to a limit), and of the subjects embedded",
    "parameter": "a parameter as used",
    "exception": f"number of the exception, the same in every format of the pack; a risk names up to {SUBJECTS}",
    "status": "of an exception: open, or accepted by an acceptance in force",
    "first-seen": "end of the earliest run that shows the exception without a break",
    "owner": "who owns the exceptions, as management states",
    "due": "until which day, as management states",
    "overdue": "exceptions whose day is past",
    "ticket": "ticket, as management states",
    "acceptance": "id of the acceptance",
    "approver": "who accepted the exceptions",
    "opened": "the first day on which the acceptance counts",
    "expires": "the last day on which the acceptance counts",
    "evidence": "evidence id: the first 16 hex digits of the kept answer's SHA-256",
    "resource-type": "kind of resource, in CloudFormation's words",
    "resource-id": "the resource's id",
    "region": "AWS Region, or “global”",
    "environment": "an Elastic Beanstalk environment that stands on the resource",
    "conclusion": "what the evidence says of the control, in management's words",
    "reach": "how far the mapped requirements go for the control: full, part or context",
}
"""Names in our own namespace, and what they mean. No other is written."""


def write_oscal(material: Material) -> None:
    """Writes `report/oscal/`; `poam.json` only where there is an exception, as OSCAL allows no empty one. Raises
    EvidenceError where what is to be written is not valid OSCAL."""
    from pydantic import ValidationError

    from evidence.pack import oscal_documents  # loads trestle's models, which importing this module must not

    folder = material.report / "oscal"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for name, document in oscal_documents.documents(material).items():
            (folder / name).write_bytes(document.oscal_serialize_json_bytes(pretty=True) + b"\n")
    except ValidationError as error:
        first = error.errors()[0]
        raise EvidenceError(
            f"report/oscal cannot be written as valid OSCAL: {'.'.join(map(str, first['loc']))}: {first['msg']}.",
            "Report this as a fault of the tool, with the id of the run; the other formats do not need it.",
        ) from error
