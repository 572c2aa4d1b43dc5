"""Files that others send and fetch."""

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import requirement

ENCRYPTED = frozenset({"SFTP", "FTPS"})


@requirement(
    "transfer.servers.no-ftp",
    says="No Transfer Family server speaks FTP.",
    why="FTP sends passwords and files in clear for everybody on the way to read.",
    logic="Protocols does not have FTP. AS2, which signs and encrypts each message as its two parties agree, is "
    "not an exception. Whether a server is stopped does not matter.",
    covers=(),
    shows=("state",),
    fix="aws transfer update-server --protocols SFTP (or FTPS, with a certificate).",
    source="https://docs.aws.amazon.com/transfer/latest/APIReference/API_DescribedServer.html",
)
def no_ftp(servers: Population) -> Truth:
    return servers.protocols.each(_not_ftp)


def _not_ftp(protocol: str) -> bool:
    if protocol not in ENCRYPTED | {"FTP", "AS2"}:
        raise ValueError(f"protocol {protocol}")
    return protocol != "FTP"


REQUIREMENTS = (no_ftp,)
