"""The numbered procedure by which anyone checks a pack: the same in README.txt, in the PDF, on screen and in the code.

The commands are run in the folder that holds SHA256SUMS; a test takes them out of README.txt and runs them as they stand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evidence.seal.keys import KeyType
from evidence.seal.manifest import SIGN_OFF
from evidence.seal.sealing import UNSEALED, Sealing
from evidence.seal.statement import PAYLOAD
from evidence.seal.steps import (
    ACCOUNTS_TITLE,
    CHAINED,
    COMPLETE,
    COPIED,
    JUDGED,
    PREVIOUS,
    SIGNED,
    SIGNED_OFF,
    STATED,
    TIMED,
    TITLES,
    UNCHANGED,
)


@dataclass(frozen=True)
class Step:
    """One step of the verification: what it shows, the command, what to expect; `cannot` says why it cannot be done.

    command    for Linux, and for macOS unless `macos` differs; `windows` is for PowerShell, "" where it has no words for it"""

    title: str
    text: str
    command: str
    expected: str
    cannot: str = ""
    macos: str = ""
    windows: str = ""


def verification(
    evidence_root: str,
    *,
    signed: str | None = None,
    timestamped: str | None = None,
    sealing: Sealing = UNSEALED,
    accounts: int = 0,
) -> tuple[Step, ...]:
    """The procedure, from step 0. Only the last step needs this tool; of the summary of several accounts' packs, the one before the
    last."""
    type: KeyType = sealing.signer.public.type if sealing.signer else "ecdsa"
    unsigned = "" if signed else "this pack is UNSIGNED"
    untimed = "" if timestamped else "there is no timestamp"
    key, root = " --key ../signer.pub.pem" if signed else "", " --tsa-ca ../tsa-root.pem" if timestamped else ""
    again = f"evidence verify {'..' if accounts else '.'}{key}{root}"
    return (
        _receipt(),
        _unchanged(),
        _complete(sealing.files),
        _signed(type, unsigned),
        _timed(untimed),
        _root(evidence_root),
        _stated(type, unsigned),
        _previous(sealing),
        _copied(bool(sealing.copies)),
        _signed_off(),
        *(_of_accounts(accounts, again) if accounts else ()),
        *([] if accounts else [Step(
            f"{TITLES[JUDGED]}.",
            "The one step that needs the tool: the kept answers are judged anew and compared byte for byte.",
            again,
            "Judging the kept answers again gives report/results.json byte for byte.",
            windows=again,
        )]),
    )  # fmt: skip


SUMS_OF_ACCOUNTS = "report/accounts.sha256"
"""In an organisation's pack: the digest of SHA256SUMS of each account's pack, as sha256sum checks it."""


def _of_accounts(accounts: int, again: str) -> tuple[Step, ...]:
    judged = Step(
        f"{TITLES[JUDGED]}.",
        "The one step that needs the tool. Each account's kept answers are judged anew, in its own pack, and summed; each pack is checked as its "
        "own README.txt says.",
        again, "The accounts, judged again and summed, give report/organisation.json byte for byte.", windows=again,
    )  # fmt: skip
    beside = Step(
        f"{ACCOUNTS_TITLE}.",
        f"The {accounts:,} packs lie in ../accounts. This shows that each is there and has the SHA256SUMS that this pack names; steps {UNCHANGED} and "
        f"{COMPLETE}, done in its folder, show the same of its files. A pack too many would be seen by step {JUDGED}.",
        f"sha256sum --strict --quiet -c {SUMS_OF_ACCOUNTS}", "no output",
        macos=f"shasum -a 256 --strict --quiet -c {SUMS_OF_ACCOUNTS}",
        windows=f"Get-Content {SUMS_OF_ACCOUNTS} -Encoding UTF8 | ForEach-Object {{ $n = $_.Substring(66)\n"
        "  if ((Get-FileHash -Algorithm SHA256 -LiteralPath $n).Hash -ne $_.Substring(0, 64)) { $n } }",
    )  # fmt: skip
    return judged, beside


def _receipt() -> Step:
    return Step(
        f"{TITLES[0]}.",
        "Get the digest of SHA256SUMS by another way than this pack (ticket, e-mail, sign-off). A digest that comes "
        "with the pack proves nothing.",
        "sha256sum SHA256SUMS", "the 64 digits you were given",
        macos="shasum -a 256 SHA256SUMS", windows="certutil -hashfile SHA256SUMS SHA256",
    )  # fmt: skip


def _unchanged() -> Step:
    return Step(
        f"{TITLES[UNCHANGED]}.", "", "sha256sum --strict --quiet -c SHA256SUMS", "no output",
        macos="shasum -a 256 --strict --quiet -c SHA256SUMS",
        windows="Get-Content SHA256SUMS -Encoding UTF8 | ForEach-Object { $n = $_.Substring(66)\n"
        "  if ((Get-FileHash -Algorithm SHA256 -LiteralPath $n).Hash -ne $_.Substring(0, 64)) { $n } }",
    )  # fmt: skip


def _complete(seal: Iterable[str]) -> Step:
    """The files of `seal/` are in no manifest, since they are made after it: they are named here. So are sign-offs, of which none need
    be there."""
    others = ["SHA256SUMS", *seal]
    return Step(
        f"{TITLES[COMPLETE]}.", f"Step {UNCHANGED} alone does not see an added file. {SIGN_OFF} may be there or not: step {SIGNED_OFF} is about it.",
        f"( cut -c67- SHA256SUMS; printf '%s\\n' {_wrapped(others)} ) \\\n"
        "  | LC_ALL=C sort > ../named.txt\n"
        f"find . ! -type d ! \\( -type f -path ./{SIGN_OFF} \\) \\\n"
        "  | sed 's|^\\./||' | LC_ALL=C sort | diff ../named.txt -", "no output",
        windows="$named = @(Get-Content SHA256SUMS -Encoding UTF8 | ForEach-Object { $_.Substring(66) })"
        f" + @({', '.join(repr(o) for o in others)})\n"
        "$found = Get-ChildItem -Recurse -Force -File | ForEach-Object {\n"
        "  $_.FullName.Substring($PWD.Path.Length + 1).Replace('\\', '/') }\n"
        f"Compare-Object $named ($found | Where-Object {{ $_ -cne '{SIGN_OFF}' }})",
    )  # fmt: skip


def _wrapped(names: Iterable[str]) -> str:
    """Names for a command of the shell, two a line so that a page holds them."""
    listed = list(names)
    pairs = [" ".join(listed[n : n + 2]) for n in range(0, len(listed), 2)]
    return " \\\n  ".join(pairs)


def _verify(type: KeyType, signature: str, signed: str) -> str:
    """openssl's command for a signature: Ed25519 signs the message itself, ECDSA its digest."""
    if type == "ed25519":
        return f"openssl pkeyutl -verify -pubin -inkey ../signer.pub.pem{_NEXT}-rawin -in {signed} -sigfile {signature}"
    return f"openssl dgst -sha256 -verify ../signer.pub.pem{_NEXT}-signature {signature} {signed}"


_NEXT = " \\\n  "
"""How the shell goes on in the next line; PowerShell has another way, so its commands stay on one."""
_SAYS: dict[KeyType, str] = {"ecdsa": "Verified OK", "ed25519": "Signature Verified Successfully"}
_OPENSSL: dict[KeyType, str] = {
    "ecdsa": " Windows has openssl with Git.",
    "ed25519": " Ed25519 needs OpenSSL 3; on macOS, whose own openssl is another program, brew install openssl@3 brings it. Windows has openssl with Git.",
}


def _signed(type: KeyType, cannot: str) -> Step:
    command = _verify(type, "seal/SHA256SUMS.sig", "SHA256SUMS")
    return Step(
        f"{TITLES[SIGNED]}.",
        "With a key that you got by another way: a key found in the pack proves nothing." + ("" if cannot else _OPENSSL[type]),
        command, _SAYS[type], cannot, windows=command.replace(_NEXT, " "),
    )  # fmt: skip


def _timed(cannot: str) -> Step:
    command = (
        f"openssl ts -verify -data seal/SHA256SUMS.sig -in seal/SHA256SUMS.sig.tsr{_NEXT}"
        "-CAfile ../tsa-root.pem -untrusted seal/tsa-chain.pem"
    )
    return Step(
        f"{TITLES[TIMED]}.",
        "With the timestamp authority's root certificate from another source than this pack. Once that authority's own "
        "certificate has expired, add -attime and the time in the token, in seconds since 1970.",
        command, "Verification: OK", cannot, windows=command.replace(_NEXT, " "),
    )  # fmt: skip


def _root(evidence_root: str) -> Step:
    return Step(
        f"{TITLES[CHAINED]}.",
        f"The root stands on the cover and in every footer. Step {JUDGED} checks the chains and the answers' own digests as well.",
        "grep '^.\\{64\\}  evidence/' SHA256SUMS | sha256sum", evidence_root,
        macos="grep '^.\\{64\\}  evidence/' SHA256SUMS | shasum -a 256",
        windows="$lines = Get-Content SHA256SUMS -Encoding UTF8 | Where-Object { $_.Substring(64).StartsWith('  evidence/') }\n"
        '$bytes = [Text.Encoding]::UTF8.GetBytes(($lines -join "`n") + "`n")\n'
        "[BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($bytes)).Replace('-', '').ToLower()",
    )  # fmt: skip


def _stated(type: KeyType, cannot: str) -> Step:
    return Step(
        f"{TITLES[STATED]}.", "An in-toto statement in a DSSE envelope, signed by the same key. The last line prints its subject. On Windows: in Git Bash.",
        "P=$(sed 's/.*\"payload\":\"\\([^\"]*\\)\".*/\\1/' seal/attestation.dsse.json | openssl base64 -d -A)\n"
        "sed 's/.*\"sig\":\"\\([^\"]*\\)\".*/\\1/' seal/attestation.dsse.json \\\n"
        "  | openssl base64 -d -A > ../statement.sig\n"
        f"printf 'DSSEv1 {len(PAYLOAD)} {PAYLOAD} %s %s' \"${{#P}}\" \"$P\" > ../statement.txt\n"
        + _verify(type, "../statement.sig", "../statement.txt")
        + "\nprintf '%s\\n' \"$P\" | sed 's/.*\"sha256\":\"\\([0-9a-f]*\\)\".*/\\1/'",
        f"{_SAYS[type]}, and the 64 digits of step 0", cannot,
    )  # fmt: skip


def _previous(sealing: Sealing) -> Step:
    previous = sealing.previous
    return Step(
        f"{TITLES[PREVIOUS]}.", f"{previous.id}, unpacked beside this one." if previous else "",
        f"sha256sum ../{previous.id}/SHA256SUMS" if previous else "sha256sum ../PREVIOUS/SHA256SUMS",
        previous.sha256sums if previous else "the digest in pack.json", "" if previous else "pack.json names none",
        macos=f"shasum -a 256 ../{previous.id if previous else 'PREVIOUS'}/SHA256SUMS",
        windows=f"certutil -hashfile ../{previous.id if previous else 'PREVIOUS'}/SHA256SUMS SHA256",
    )  # fmt: skip


def _copied(there: bool) -> Step:
    return Step(
        f"{TITLES[COPIED]}.",
        "For whoever wants to see a signature in a PDF reader: open seal/pades/NAME.signed.pdf there, and compare the certificate it "
        "shows with the one you got by another way. Without a reader: each begins with the bytes of its report, so that "
        f"head -c of the report's length, through sha256sum, gives the digest in SHA256SUMS. Step {JUDGED} checks the signatures too."
        " On Windows: in Git Bash." if there else "",
        'for REPORT in report/*.pdf; do\n'
        '  COPY="seal/pades/$(basename "$REPORT" .pdf).signed.pdf"\n'
        '  head -c $(wc -c < "$REPORT") "$COPY" | cmp - "$REPORT" || echo "$COPY"\n'
        "done",
        "no output", "" if there else "there are no signed copies",
    )  # fmt: skip


def _signed_off() -> Step:
    def command(sum: str) -> str:
        return f'cat {SIGN_OFF} 2> /dev/null \\\n  | sed "/\\"sha256sums\\":\\"$({sum} SHA256SUMS | cut -c-64)\\"/d"'

    return Step(
        f"{TITLES[SIGNED_OFF]}.",
        f"People sign off once the pack is sealed: a line each in {SIGN_OFF}, which names the SHA256SUMS that was signed off, and the SHA-256 of "
        f"the line before. The command prints the lines that are VOID, since the pack was changed after them. A line without a signature proves nothing of who wrote it; "
        f"step {JUDGED} checks signatures too, with --sign-off-key and a key that you got by another way.",
        command("sha256sum"), "no output", macos=command("shasum -a 256"),
        windows="$digest = (Get-FileHash -Algorithm SHA256 SHA256SUMS).Hash.ToLower()\n"
        f"Get-Content {SIGN_OFF} -Encoding UTF8 -ErrorAction Ignore |\n"
        """  Where-Object { -not $_.Contains('"sha256sums":"' + $digest + '"') }""",
    )  # fmt: skip


def written(steps: Iterable[Step]) -> Iterator[str]:
    """The procedure as README.txt has it: every command on lines of its own, indented by six, under the system's name."""
    for number, step in enumerate(steps):
        yield f"{number}. {step.title} {step.text}".rstrip()
        if step.cannot:
            yield from (f"   Cannot be done: {step.cannot}.", "")
            continue
        shared = "Linux" if step.macos else "Linux and macOS"
        for system, command in ((shared, step.command), ("macOS", step.macos), ("Windows (PowerShell)", step.windows)):
            if command:
                yield f"   {system}:"
                yield from (f"      {line}" for line in command.splitlines())
        yield from (f"   Expected: {step.expected}", "")
