"""EFS file systems: encrypted at rest and on the way."""

from collections.abc import Mapping

from evidence.populations.cells import Truth
from evidence.populations.policy import Statement, denies_without_tls, on_everything, statements, takes_in
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

_CLIENT = tuple(f"elasticfilesystem:Client{what}" for what in ("Mount", "Write", "RootAccess"))


@requirement(
    "efs.file-systems.encrypted",
    says="Every EFS file system is encrypted at rest.",
    why="What is copied out of AWS's storage is then unreadable without the key.",
    logic="Encrypted is true.",
    covers=("DP-28",),
    shows=("key",),
    fix="Encryption cannot be turned on later: make an encrypted file system and copy the files, with AWS DataSync or AWS Backup.",
    source="https://docs.aws.amazon.com/efs/latest/ug/API_FileSystemDescription.html",
)
def encrypted(file_systems: Population) -> Truth:
    return file_systems.encrypted.is_true()


@requirement(
    "efs.file-systems.tls-only",
    says="Every EFS file system refuses clients that do not come over TLS.",
    why="Files cannot be read on the way.",
    logic=(
        "A statement of the file system policy denies everyone (Principal *) mounting, writing and root access where aws:SecureTransport "
        "is false and under no other condition. A file system without a policy refuses nobody. How clients mount it is not readable."
    ),
    covers=("DP-28",),
    fix="EFS console, file system, File system policy, Enforce in-transit encryption for all clients; mount with the option tls.",
    source="https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html",
)
def tls_only(file_systems: Population) -> Truth:
    return file_systems.policy.present() & file_systems.policy.free_of(_open_without_tls)


def _open_without_tls(policy: Mapping[str, object]) -> list[str]:
    if any(_refuses_clients(s) for s in statements(policy) if denies_without_tls(s)):
        return []
    return ["no statement denies everyone all access without TLS"]


def _refuses_clients(statement: Statement) -> bool:
    """Whether the statement takes in all that a client can do. A policy is one file system's: it may name it, or no resource."""
    here = not statement.not_resources and (
        not statement.resources or on_everything(statement) or any(":file-system/" in r for r in statement.resources)
    )
    return here and all(takes_in(statement, action) for action in _CLIENT)


REQUIREMENTS = (encrypted, tls_only)
