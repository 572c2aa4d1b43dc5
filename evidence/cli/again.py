"""The last step of a pack's verification: its answers judged again, and compared byte for byte."""

from dataclasses import dataclass
from pathlib import Path

import orjson

from evidence import __version__
from evidence.assessment.model import Assessment
from evidence.cli.assessing import assessment_of, programs_in, stated_in
from evidence.cli.observing import period_again
from evidence.errors import EvidenceError
from evidence.pack.period.write import IN_PACK as PERIOD
from evidence.pack.period.write import period_json
from evidence.pack.results import results_json
from evidence.programs.load import known
from evidence.run.run import Run
from evidence.seal.steps import JUDGED, Checked, done, failed, not_done


@dataclass(frozen=True)
class Again:
    """How the step came out; and where it is done, what was judged."""

    checked: Checked
    assessment: Assessment | None = None


def again(folder: Path) -> Again:
    """Judging again what somebody else wrote: whatever goes wrong is a sentence."""
    try:
        return _judged(folder)
    except EvidenceError as error:
        return Again(failed(JUDGED, f"The kept answers cannot be judged again. {error}"))
    except Exception as error:
        return Again(failed(
            JUDGED, f"The kept answers cannot be judged again ({type(error).__name__}: {error}).",
            "If the pack is as it was made, this is a fault of the tool: report it with the pack's id.",
        ))  # fmt: skip


def judged_again(pack: Path) -> Checked:
    return _judged(pack).checked


def _judged(pack: Path) -> Again:
    """The last step, with the program files that the pack keeps. By another version of the tool it is not done, and why is said."""
    facts = orjson.loads((pack / "pack.json").read_bytes())
    if facts.get("accounts"):
        why = "This pack is of an organisation, whose answers stand in the packs of its accounts: verify the folder that holds both."
        return Again(not_done(JUDGED, why))
    made_by = (facts.get("versions") or {}).get("evidence")
    if made_by != __version__:
        why = f"The pack was made by version {made_by} of the tool and this is {__version__}: use that version to judge the answers again."
        return Again(not_done(JUDGED, why))
    programs = programs_in(pack, facts["programs"])
    stated = stated_in(pack)
    assessment = assessment_of(Run.open(pack / "evidence"), programs, stated)
    if results_json(assessment) != (pack / "report/results.json").read_bytes():
        return Again(failed(JUDGED, "Judging the kept answers again does not give report/results.json."))
    also = ""
    if (pack / PERIOD).is_file():
        period = period_again(pack, programs, stated)
        if period is None or period_json(period) != (pack / PERIOD).read_bytes():
            return Again(failed(JUDGED, f"Judging the kept runs again does not give {PERIOD}."))
        also = f" and {PERIOD}"
    strange = [p.id for p in programs if not known(p.id, pack / "method/programs")]
    theirs = (f"As in the pack, not as in this tool, are the mappings of {', '.join(strange)}: read them.",) if strange else ()
    says = (f"Judging the kept answers again gives report/results.json{also} byte for byte.", *theirs)
    return Again(done(JUDGED, *says), assessment)
