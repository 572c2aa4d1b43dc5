"""An OSCAL catalog as a program, and an OSCAL profile as a program that derives from one that is known. OSCAL 1.x, JSON or YAML."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evidence.errors import EvidenceError
from evidence.programs.exchange.brought import UNSAID, Brought, header, listed, one_line, parsed_file
from evidence.programs.exchange.oscal_ids import nist_token, token
from evidence.programs.model import Program

KIND = "an OSCAL catalog or profile"


def import_oscal(file: Path, id: str, known: Iterable[Program]) -> Brought:
    """The program that the file says. A profile needs that one of the `known` programs has the controls that it chooses. Raises
    EvidenceError."""
    document = parsed_file(file, KIND)
    if isinstance(document, Mapping) and isinstance(document.get("catalog"), Mapping):
        return _catalog(document["catalog"], id, file)
    if isinstance(document, Mapping) and isinstance(document.get("profile"), Mapping):
        return _profile(document["profile"], id, file, known)
    has = listed(map(str, document)) if isinstance(document, Mapping) else type(document).__name__
    raise EvidenceError(f"{file} holds neither a catalog nor a profile of OSCAL: it has {has or 'nothing'}.", f"Name {KIND}.")


def _each(value: Any) -> Iterator[Mapping[str, Any]]:
    """The structures of a list; nothing where it is none."""
    return (
        (item for item in value if isinstance(item, Mapping))
        if isinstance(value, Sequence) and not isinstance(value, str)
        else iter(())
    )


def _top(document: Mapping[str, Any], id: str, text: str) -> dict[str, Any]:
    about = document.get("metadata") or {}
    parties = {str(p.get("uuid")): one_line(p.get("name")) for p in _each(about.get("parties"))}
    return header(id, one_line(about.get("title"), 120), one_line(about.get("version")), next(iter(parties.values()), ""), text)


def _prop(control: Mapping[str, Any], name: str) -> str:
    return next((one_line(p.get("value")) for p in _each(control.get("props")) if p.get("name") == name and p.get("class") != "zero-padded"), "")  # fmt: skip


def _catalog(catalog: Mapping[str, Any], id: str, file: Path) -> Brought:
    groups: dict[str, str] = {}
    controls: list[dict[str, Any]] = []
    withdrawn: dict[str, str] = {}

    def walk(parent: Mapping[str, Any], group: str) -> None:
        for control in _each(parent.get("controls")):
            number = _prop(control, "label") or one_line(control.get("id"))
            if _prop(control, "status").casefold() == "withdrawn":
                went = [str(link.get("href", "")).lstrip("#") for link in _each(control.get("links"))]
                withdrawn[number] = f"see {listed(went)}" if went else "withdrawn"
            else:
                controls.append({
                    "id": number, "title": one_line(control.get("title"), 200) or number, **({"group": group} if group else {}),
                    "responsibility": "customer", "adds": UNSAID,
                })  # fmt: skip
            walk(control, group)
        for inner in _each(parent.get("groups")):
            title = one_line(inner.get("title"))
            key = one_line(inner.get("id")) or title
            if any(True for _ in _each(inner.get("controls"))):
                groups[key] = title or key
            walk(inner, key)

    walk(catalog, "")
    if not controls:
        raise EvidenceError(f"The catalog {file} has no control in force.", f"Name {KIND}.")
    if groups and any("group" not in c for c in controls):
        groups["other"] = "Controls in no group"
        controls = [{**c, "group": c.get("group", "other")} for c in controls]
    used = {c.get("group") for c in controls}
    top = _top(catalog, id, "as the imported catalog has it; check its licence")
    document = {
        **top,
        **_filled(groups={k: v for k, v in groups.items() if k in used}, withdrawn=withdrawn),
        "controls": controls,
    }
    return Brought(document, (
        f"Imported from the OSCAL catalog {file.name}: {len(controls)} controls, {len(withdrawn)} withdrawn ones.",
        "Nothing is mapped yet. Give controls `requirements:`, say who keeps them, and what a person must add.",
    ))  # fmt: skip


def _filled(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def _profile(profile: Mapping[str, Any], id: str, file: Path, known: Iterable[Program]) -> Brought:
    chosen, whole, left_out, also_parts = _chosen(profile, file)
    base, there = _base(chosen, file, known)
    found = list(there) if whole else [t for t in there if t in chosen or (also_parts and t.rpartition(".")[0] in also_parts)]
    controls = [{"id": there[t], "is": there[t]} for t in found if t not in left_out]
    if not controls:
        raise EvidenceError(f"The profile {file} chooses no control that {base.id} has in force.", "Name another profile.")
    sets = list(_each((profile.get("modify") or {}).get("set-parameters")))
    values = [f"parameter {one_line(s.get('param-id'))} = {_value(s)}: no requirement is set by it; use `with:`" for s in sets]
    top = _top(profile, id, "as the catalog it derives from")
    derives = {"from": base.id, "source": f"the OSCAL profile {one_line(file.name)}"}
    return Brought(
        {**top, "derives": derives, "controls": controls},
        (f"Imported from the OSCAL profile {file.name}: {len(controls)} controls of {base.name}.", "Mappings are those of that program: put right what this one asks otherwise."),
        (*(f"control {t}, which {base.id} does not have in force" for t in chosen if t not in there), *values),
    )  # fmt: skip


def _value(setting: Mapping[str, Any]) -> str:
    values = setting.get("values") or [c.get("description") for c in _each(setting.get("constraints"))]
    return one_line("; ".join(map(str, values)), 160) or "not said"


def _chosen(profile: Mapping[str, Any], file: Path) -> tuple[list[str], bool, set[str], set[str]]:
    """The ids that a profile includes, whether it includes all, those it excludes, and those included with their enhancements."""
    chosen: list[str] = []
    whole, excluded, parents = False, set[str](), set[str]()
    for one in _each(profile.get("imports")):
        whole = whole or "include-all" in one or ("include-controls" not in one)
        for wanted, into in ((one.get("include-controls"), chosen), (one.get("exclude-controls"), None)):
            for selection in _each(wanted):
                if "matching" in selection:
                    raise EvidenceError(f"The profile {file} chooses controls by a pattern, which is not read.", "Resolve it to ids first, with an OSCAL tool.")  # fmt: skip
                ids = [str(i) for i in selection.get("with-ids") or ()]
                if into is None:
                    excluded.update(ids)
                else:
                    into.extend(ids)
                    parents.update(ids if selection.get("with-child-controls") == "yes" else ())
    return list(dict.fromkeys(chosen)), whole, excluded, parents


def _base(chosen: Sequence[str], file: Path, known: Iterable[Program]) -> tuple[Program, Mapping[str, str]]:
    """The program that has most of these controls, and its numbers by OSCAL's ids."""
    best: tuple[int, Program, Mapping[str, str]] | None = None
    for program in known:
        there = {nist_token(c.id) or token(program.id, c.id): c.id for c in program.controls}
        there |= {c.id.casefold(): c.id for c in program.controls if not nist_token(c.id)}
        n = sum(c in there for c in chosen)
        if n and (best is None or n > best[0]):
            best = (n, program, there)
    if best is None:
        raise EvidenceError(
            f"The profile {file} names no controls of a program that is known here.",
            "Import the catalog that it chooses from; a profile that includes all of a catalog is that catalog.",
        )
    return best[1], best[2]
