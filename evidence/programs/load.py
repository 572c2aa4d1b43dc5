"""Reads program files. What is wrong in one is said with file, line and what to do; nothing is put right in silence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from evidence.errors import EvidenceError, did_you_mean
from evidence.programs.check import Base, checked
from evidence.programs.model import Control, Program, baselines
from evidence.programs.write import document_of, written
from evidence.requirements import requirements
from evidence.requirements.declare import Requirement

BUILT_IN: tuple[str, ...] = tuple(
    sorted(f.name for f in files("evidence.programs").joinpath("data").iterdir() if f.name.endswith(".yaml"))
)
"""The files of `data/`, each named after its program's id."""

ENTRY_POINTS = "evidence.programs"


@dataclass(frozen=True)
class Loaded:
    """A program, and by name the files that say it: its own first, then that of the program it derives from, and so on."""

    program: Program
    files: Mapping[str, bytes]


def load_program(
    source: Path | Traversable | str, known_requirements: Mapping[str, Requirement], name: str = "", base: Base | None = None
) -> Program:
    """The program of a file, or of YAML text (a `str`), that maps only known requirements. Raises EvidenceError.

    `name` stands for the file in errors about a text; `base` finds what it derives from (default: `program`)."""
    if isinstance(source, str):
        return checked(source, known_requirements, name or "program text", base or program)
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceError(
            f"The program file {source} could not be read: {error}.", "Check the path; the file is UTF-8 text."
        ) from error
    return checked(text, known_requirements, name or source.name, base or program)


def programs() -> tuple[Program, ...]:
    """Every program: the built-in ones, then those that installed packages add. Their baselines are not among them."""
    return tuple(loaded.program for loaded in _all().values())


_GIVEN: dict[str, Loaded] = {}


def given(file: Path) -> Program:
    """A program of the user's own, by its file: from now on it is known by its id. Raises EvidenceError."""
    found = _loaded(_read(file, f"The program file {file}", "Check the path."), str(file))
    if f"{found.program.id}.yaml" in BUILT_IN:
        raise EvidenceError(f"{file} says that it is {found.program.id}, which is built in.", "Give it an id of its own.")
    _GIVEN[found.program.id] = found
    return found.program


def program(id: str) -> Program:
    """The program, or the baseline of one, with this id. Raises EvidenceError with the nearest id."""
    return _found(id).program


def sources(id: str) -> Mapping[str, bytes]:
    """The program's files as they were read, to be kept with what was concluded from it: its own under its id, then those it
    derives from, each under theirs."""
    first, *others = _found(id).files.items()
    return {id: first[1], **dict(others)}


def from_file(file: Path, id: str) -> Program:
    """The program, or the baseline of one, with this id in a file that was kept with a pack, beside those that it derives from.
    Raises EvidenceError."""
    return _kept(file, id, ())


def _kept(file: Path, id: str, deriving: tuple[str, ...]) -> Program:
    if id in deriving:
        raise EvidenceError(f"The program {id} in {file.name} derives from itself.", "It is not the file that was kept.")
    whole = load_program(
        file,
        requirements(),
        f"{file.parent.name}/{file.name}",
        lambda other: _kept(file.with_name(f"{PurePosixPath(other).name}.yaml"), other, (*deriving, id)),
    )
    found = _by_id([Loaded(whole, {})])
    if id not in found:
        raise EvidenceError(f"The file {file.name} holds the program {whole.id}, not {id}.", "It is not the file that was kept.")
    return found[id].program


def known(id: str, kept: Path) -> bool:
    """Whether this tool has this very edition of the program, and of what it derives from: the files in the folder `kept`."""
    try:
        return all((kept / f"{name}.yaml").read_bytes() == text for name, text in sources(id).items())
    except (EvidenceError, OSError):
        return False


def unmapped(program: Program) -> tuple[Control, ...]:
    """The controls that are not AWS's and to which no requirement is mapped: a person must answer them alone."""
    return tuple(c for c in program.controls if not c.requirements and c.responsibility != "aws")


def _found(id: str) -> Loaded:
    if f"{id}.yaml" in BUILT_IN:
        return _built_in(f"{id}.yaml")
    if id in _GIVEN:
        return _GIVEN[id]
    for file in BUILT_IN:
        if id.startswith(f"{file.removesuffix('.yaml')}-") and id in (found := _by_id([_built_in(file)])):
            return found[id]
    everything = _by_id([*_GIVEN.values(), *_all().values()])
    if id not in everything:
        raise EvidenceError(
            f"There is no program {id!r}.",
            f"{did_you_mean(id, everything)} `evidence programs` lists them; one of your own is named by its file, as in --program {id}.yaml.".strip(),
        )
    return everything[id]


def _by_id(whole: Iterable[Loaded]) -> Mapping[str, Loaded]:
    """The programs and their baselines, each with its files. A whole program wins over a baseline of the same id."""
    pairs = list(whole)
    chosen = {part.id: replace(loaded, program=part) for loaded in pairs for part in baselines(loaded.program)}
    return {**chosen, **{loaded.program.id: loaded for loaded in pairs}}


def _all() -> Mapping[str, Loaded]:
    built_in = {loaded.program.id: loaded for loaded in map(_built_in, BUILT_IN)}
    return {**built_in, **{id: found for id, found in _added().items() if id not in built_in}}


@cache
def _built_in(file: str) -> Loaded:
    return _loaded(files("evidence.programs").joinpath("data", file).read_bytes(), file)


def _loaded(text: bytes, name: str) -> Loaded:
    try:
        found = load_program(text.decode("utf-8"), requirements(), name)
    except UnicodeDecodeError as error:
        raise EvidenceError(f"{name} could not be read: {error}.", "Save the file as UTF-8 text.") from error
    below = sources(found.derives.program) if found.derives else {}
    return Loaded(found, {found.id: text, **below})


@cache
def _added() -> Mapping[str, Loaded]:
    """Programs that packages add by an entry point: the path of a file, or a Program. The first of an id wins. They may derive from
    built-in ones."""
    found: dict[str, Loaded] = {}
    for point in entry_points(group=ENTRY_POINTS):
        added = point.load()
        text = (
            written(document_of(added)).encode()
            if isinstance(added, Program)
            else _read(
                Path(added), f"The program of the entry point {point.name}", "Reinstall the package that adds it, or remove it."
            )
        )
        loaded = _loaded(text, f"entry point {point.name}")
        found.setdefault(loaded.program.id, loaded)
    return found


def _read(path: Path, what: str, todo: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EvidenceError(f"{what} could not be read: {error.strerror or error}.", todo) from error
