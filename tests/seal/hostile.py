"""Packs as somebody would make them who wants a verifier to stumble: one function a defect, named after it.

Each takes a whole pack's folder, and spoils it there or returns the zip file that it makes of it."""

import gzip
import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from evidence.seal.manifest import SUMS, evidence_root, manifest
from tests.seal.packs import ANSWERS

Spoil = Callable[[Path], None]
Zipped = Callable[[Path], Path]
DIGEST = "0" * 64


# -- zip files -------------------------------------------------------------------------------------------------------------


def zipped(pack: Path, extra: Iterable[tuple[zipfile.ZipInfo, bytes]] = (), method: int = zipfile.ZIP_DEFLATED) -> Path:
    """The pack as a zip file, with more entries after its own."""
    out = pack.with_suffix(".zip")
    with zipfile.ZipFile(out, "w", method) as archive:
        for path in sorted(p for p in pack.rglob("*") if p.is_file()):
            archive.write(path, f"pack/{path.relative_to(pack)}")
        for info, data in extra:
            archive.writestr(info, data)
    return out


def _named(name: str, data: bytes = b"x", mode: int = 0o100644) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo("placeholder")
    info.filename = info.orig_filename = name
    info.create_system, info.external_attr, info.compress_type = 3, mode << 16, zipfile.ZIP_DEFLATED
    return info, data


def zip_that_slips_out(pack: Path) -> Path:
    return zipped(pack, [_named("pack/../../slipped.txt")])


def zip_with_an_absolute_path(pack: Path) -> Path:
    return zipped(pack, [_named("/tmp/evidence-slipped.txt")])


def zip_with_a_drive(pack: Path) -> Path:
    return zipped(pack, [_named("C:/slipped.txt")])


def zip_with_backslashes(pack: Path) -> Path:
    return zipped(pack, [_named("pack\\..\\..\\slipped.txt")])


def zip_with_mixed_separators(pack: Path) -> Path:
    return zipped(pack, [_named("pack/evidence\\one-more.txt")])


def zip_with_a_link(pack: Path) -> Path:
    return zipped(pack, [_named("pack/link", b"/etc/passwd", stat.S_IFLNK | 0o777)])


def zip_with_a_device(pack: Path) -> Path:
    return zipped(pack, [_named("pack/device", b"", stat.S_IFCHR | 0o666)])


def zip_with_a_name_twice(pack: Path) -> Path:
    return zipped(pack, [_named("pack/pack.json", b"{}")])


def zip_with_names_that_differ_in_case(pack: Path) -> Path:
    return zipped(pack, [_named("pack/PACK.json", b"{}")])


def zip_with_a_file_for_a_folder(pack: Path) -> Path:
    return zipped(pack, [_named("pack/Evidence", b"{}")])


def zip_with_a_nul(pack: Path) -> Path:
    """zipfile itself cuts a name at its NUL, so the byte is put in afterwards."""
    out = zipped(pack, [_named("pack/one@more.txt")])
    out.write_bytes(out.read_bytes().replace(b"one@more", b"one\0more"))
    return out


def zip_with_a_turning_character(pack: Path) -> Path:
    return zipped(pack, [_named("pack/report/fdp.\u202etxt")])


def zip_bomb(pack: Path) -> Path:
    return zipped(pack, [_named(f"pack/zeros-{n}", bytes(30 << 20)) for n in range(4)])


def zip_bomb_of_overlapping_files(pack: Path) -> Path:
    """Two entries of the directory that lead to the same bytes."""
    out = zipped(pack, [_named("pack/first"), _named("pack/other")])
    data = out.read_bytes()
    start = data.rindex(b"PK\x01\x02", 0, data.rindex(b"pack/other"))
    first = data.rindex(b"PK\x01\x02", 0, data.rindex(b"pack/first"))
    (offset,) = struct.unpack_from("<I", data, first + 42)
    out.write_bytes(data[: start + 42] + struct.pack("<I", offset) + data[start + 46 :])
    return out


def zip_of_an_absurd_size(pack: Path) -> Path:
    """One entry says that it unpacks to 2**60 bytes."""
    info, data = _named("pack/absurd")
    out = zipped(pack, [(info, data)])
    with zipfile.ZipFile(out, "a") as archive:
        archive.getinfo("pack/absurd").file_size = 1 << 60
        archive._didModify = True  # type: ignore[attr-defined] - so that the directory is written anew
    return out


def zip_that_says_less_than_it_holds(pack: Path) -> Path:
    out = zipped(pack, [_named("pack/zeros", bytes(1 << 20))])
    with zipfile.ZipFile(out, "a") as archive:
        archive.getinfo("pack/zeros").file_size = 10
        archive._didModify = True  # type: ignore[attr-defined]
    return out


def zip_that_is_encrypted(pack: Path) -> Path:
    out = zipped(pack)
    data = bytearray(out.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    out.write_bytes(data)
    return out


def zip_compressed_another_way(pack: Path) -> Path:
    return zipped(pack, method=zipfile.ZIP_BZIP2)


def zip_cut_short(pack: Path) -> Path:
    out = zipped(pack)
    out.write_bytes(out.read_bytes()[:-40])
    return out


def zip_with_a_broken_byte(pack: Path) -> Path:
    out = zipped(pack, method=zipfile.ZIP_STORED)
    data = bytearray(out.read_bytes())
    data[data.index(b"management's evidence")] ^= 1
    out.write_bytes(data)
    return out


def zip_that_is_no_zip(pack: Path) -> Path:
    out = pack.with_suffix(".zip")
    out.write_bytes(b"PK\x03\x04 and nothing more")
    return out


ZIPS: tuple[Zipped, ...] = (
    zip_that_slips_out, zip_with_an_absolute_path, zip_with_a_drive, zip_with_backslashes, zip_with_mixed_separators,
    zip_with_a_link, zip_with_a_device, zip_with_a_name_twice, zip_with_names_that_differ_in_case, zip_with_a_file_for_a_folder,
    zip_with_a_nul, zip_with_a_turning_character, zip_bomb, zip_bomb_of_overlapping_files, zip_of_an_absurd_size,
    zip_that_says_less_than_it_holds, zip_that_is_encrypted, zip_compressed_another_way, zip_cut_short, zip_with_a_broken_byte,
    zip_that_is_no_zip,
)  # fmt: skip


# -- the manifest ----------------------------------------------------------------------------------------------------------


def _line(pack: Path, name: str) -> None:
    with (pack / SUMS).open("a", encoding="utf-8") as file:
        file.write(f"{DIGEST}  {name}\n")


def manifest_that_leads_out(pack: Path) -> None:
    _line(pack, "../outside")


def manifest_with_an_absolute_path(pack: Path) -> None:
    _line(pack, "/etc/passwd")


def manifest_with_backslashes(pack: Path) -> None:
    _line(pack, "evidence\\run.json")


def manifest_with_a_nul(pack: Path) -> None:
    _line(pack, "evidence/run.json\0.txt")


def manifest_with_a_line_break_of_another_kind(pack: Path) -> None:
    _line(pack, "evidence/one\u2028more")


def manifest_with_carriage_returns(pack: Path) -> None:
    (pack / SUMS).write_bytes((pack / SUMS).read_bytes().replace(b"\n", b"\r\n"))


def manifest_that_lists_itself(pack: Path) -> None:
    _line(pack, SUMS)


def manifest_that_lists_the_seal(pack: Path) -> None:
    _line(pack, "seal/SHA256SUMS.sig")


def manifest_with_a_name_twice(pack: Path) -> None:
    _line(pack, "pack.json")


def manifest_with_names_that_differ_in_case(pack: Path) -> None:
    _line(pack, "Pack.JSON")


def manifest_with_two_spellings_of_a_name(pack: Path) -> None:
    _line(pack, "evidence/./run.json")


def manifest_with_letters_taken_apart(pack: Path) -> None:
    _line(pack, "evidence/e\u0301")


def manifest_of_another_digest(pack: Path) -> None:
    (pack / SUMS).write_text("d41d8cd98f00b204e9800998ecf8427e  pack.json\n")


def manifest_that_is_empty(pack: Path) -> None:
    (pack / SUMS).write_bytes(b"")


def manifest_that_is_no_text(pack: Path) -> None:
    (pack / SUMS).write_bytes(bytes(range(256)) + b"\n")


def manifest_of_megabytes(pack: Path) -> None:
    (pack / SUMS).write_bytes(f"{DIGEST}  {'x' * 300}\n".encode() * 100_000)


def manifest_that_is_a_link(pack: Path) -> None:
    (pack / SUMS).rename(pack.parent / "sums")
    (pack / SUMS).symlink_to(pack.parent / "sums")


# -- pack.json -------------------------------------------------------------------------------------------------------------


def _facts(pack: Path, **facts: object) -> None:
    raw = json.loads((pack / "pack.json").read_bytes())
    (pack / "pack.json").write_text(json.dumps({**raw, **facts}))
    (pack / SUMS).write_bytes(manifest(pack))


def pack_json_of_a_later_schema(pack: Path) -> None:
    _facts(pack, schema=99)


def pack_json_with_a_field_twice(pack: Path) -> None:
    text = (pack / "pack.json").read_text()
    (pack / "pack.json").write_text(text.replace("{", '{"signed": null, ', 1))


def pack_json_nested_without_end(pack: Path) -> None:
    (pack / "pack.json").write_text('{"id": ' + "[" * 200_000 + "]" * 200_000 + "}")


def pack_json_that_is_a_list(pack: Path) -> None:
    (pack / "pack.json").write_text("[]")


def pack_json_of_megabytes(pack: Path) -> None:
    _facts(pack, entity="x" * (5 << 20))


def pack_json_without_programs(pack: Path) -> None:
    _facts(pack, programs=None)


def pack_json_with_a_root_that_is_none(pack: Path) -> None:
    _facts(pack, evidence_root="../root")


def pack_json_with_a_turning_id(pack: Path) -> None:
    _facts(pack, id="EVP-\u202e2026")


LISTS: tuple[Spoil, ...] = (
    manifest_that_leads_out, manifest_with_an_absolute_path, manifest_with_backslashes, manifest_with_a_nul,
    manifest_with_a_line_break_of_another_kind, manifest_with_carriage_returns, manifest_that_lists_itself,
    manifest_that_lists_the_seal, manifest_with_a_name_twice, manifest_with_names_that_differ_in_case,
    manifest_with_two_spellings_of_a_name, manifest_with_letters_taken_apart, manifest_of_another_digest, manifest_that_is_empty,
    manifest_that_is_no_text, manifest_of_megabytes, manifest_that_is_a_link, pack_json_of_a_later_schema,
    pack_json_with_a_field_twice, pack_json_nested_without_end, pack_json_that_is_a_list, pack_json_of_megabytes,
    pack_json_without_programs, pack_json_with_a_root_that_is_none, pack_json_with_a_turning_id,
)  # fmt: skip


# -- answers ---------------------------------------------------------------------------------------------------------------


def _rooted(pack: Path) -> None:
    """Every digest made to fit, so that only what is inside can be wrong."""
    _facts(pack, evidence_root=evidence_root(manifest(pack)))


def gzip_bomb_among_the_answers(pack: Path) -> None:
    (pack / ANSWERS).write_bytes(gzip.compress(bytes(100 << 20)))
    _rooted(pack)


def answer_with_a_number_larger_than_memory(pack: Path) -> None:
    lines = gzip.decompress((pack / ANSWERS).read_bytes()).replace(b'{"$decimal":"1.10"}', b'{"$decimal":"1e999999999"}')
    (pack / ANSWERS).write_bytes(gzip.compress(lines))
    _rooted(pack)


def answer_with_a_number_that_is_none(pack: Path) -> None:
    lines = gzip.decompress((pack / ANSWERS).read_bytes()).replace(b'{"$decimal":"1.10"}', b'{"$decimal":"many"}')
    (pack / ANSWERS).write_bytes(gzip.compress(lines))
    _rooted(pack)


def answer_nested_without_end(pack: Path) -> None:
    (pack / ANSWERS).write_bytes(gzip.compress(b'{"pages":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"))
    _rooted(pack)


def answer_that_is_a_number(pack: Path) -> None:
    (pack / ANSWERS).write_bytes(gzip.compress(b"3\n"))
    _rooted(pack)


def _segments(pack: Path, value: object) -> None:
    path = pack / "evidence/run.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "segments": value}))
    _rooted(pack)


def run_json_that_leads_out(pack: Path) -> None:
    _segments(pack, {"../../../etc/passwd": {"lines": 0, "head": DIGEST}})


def run_json_that_names_a_device(pack: Path) -> None:
    _segments(pack, {"/dev/zero": {"lines": 0, "head": DIGEST}})


def run_json_whose_segments_are_a_list(pack: Path) -> None:
    _segments(pack, ["answers"])


def run_json_that_is_no_json(pack: Path) -> None:
    (pack / "evidence/run.json").write_text("{")
    _rooted(pack)


INSIDE: tuple[Spoil, ...] = (
    gzip_bomb_among_the_answers, answer_with_a_number_larger_than_memory, answer_with_a_number_that_is_none,
    answer_nested_without_end, answer_that_is_a_number, run_json_that_leads_out, run_json_that_names_a_device,
    run_json_whose_segments_are_a_list, run_json_that_is_no_json,
)  # fmt: skip


# -- things in the folder --------------------------------------------------------------------------------------------------


def folder_with_a_queue(pack: Path) -> None:
    """Whoever opens it waits for ever."""
    (pack / "report/results.json").unlink()
    os.mkfifo(pack / "report/results.json")


def folder_that_leads_elsewhere(pack: Path) -> None:
    (pack / "report").rename(pack.parent / "report")
    (pack / "report").symlink_to(pack.parent / "report")


def folder_with_a_name_that_is_no_text(pack: Path) -> None:
    (pack / os.fsdecode(b"report/\xff\xfe")).write_bytes(b"x")


def folder_with_a_file_of_terabytes(pack: Path) -> None:
    with (pack / "report/results.json").open("wb") as file:
        file.truncate(2 << 40)
