"""A timestamp authority of our own: `openssl ts` behind HTTP, with a root, an intermediate and a signing certificate."""

import datetime as dt
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIGURATION = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/between.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
"""
Made = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]
NOW = dt.datetime.now(dt.UTC)


def certificate(name: str, issuer: Made | None, days: tuple[int, int], *, stamps: bool) -> Made:
    """A certificate valid from `days[0]` to `days[1]` days from now; one that stamps is no authority itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(NOW + dt.timedelta(days=days[0])).not_valid_after(NOW + dt.timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=not stamps, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )  # fmt: skip
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


class Authority:
    """`root` is the file of its root certificate. `days` is when its signing certificate is valid, counted from now."""

    def __init__(self, folder: Path, days: tuple[int, int] = (-1, 30)) -> None:
        folder.mkdir()
        self.folder, self.root = folder, folder / "root.pem"
        root = certificate("Root of an authority", None, (-800, 3650), stamps=False)
        between = certificate("Between", root, (-800, 3650), stamps=False)
        leaf = certificate("Stamps", between, days, stamps=True)
        for name, (made, _) in {"root": root, "between": between, "tsa": leaf}.items():
            (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        (folder / "tsa.key").write_bytes(
            leaf[1].private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )  # fmt: skip
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))

    def reply(self, query: bytes) -> bytes:
        (self.folder / "query.tsq").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr"]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "reply.tsr").read_bytes()

    def stamped(self, data: bytes) -> bytes:
        """A timestamp of the data, asked for without our code."""
        (self.folder / "data").write_bytes(data)
        query = ["openssl", "ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "asked.tsq"]
        subprocess.run(query, cwd=self.folder, check=True, capture_output=True)
        return self.reply((self.folder / "asked.tsq").read_bytes())


@contextmanager
def serving(
    reply: "Authority | bytes", kind: str = "application/timestamp-reply", status: int = 200
) -> Iterator[tuple[str, list[bytes]]]:
    """The authority's address while the block runs, and the queries that came; or one that always sends the same bytes."""
    asked: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            body = reply if isinstance(reply, bytes) else reply.reply(asked[-1])
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsr", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
