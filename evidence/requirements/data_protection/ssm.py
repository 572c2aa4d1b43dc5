"""Parameters of Systems Manager: what is named as a secret is kept as one."""

import re

from evidence.populations.cells import Truth
from evidence.populations.population import Population
from evidence.requirements.declare import Applies, requirement

_SECRET = re.compile(r"(password|passwd|passphrase|(private|secret|secret_access|api)_key|client_secret)s?$")
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")


def _says_secret(name: str) -> bool:
    """Whether the last part of the name ends in a word for a password or a key: /shop/DbPassword, /shop/api-key."""
    return _SECRET.search(_WORDS.sub("_", name.rpartition("/")[2]).lower()) is not None


@requirement(
    "ssm.parameters.secure-strings",
    says="Every parameter that is named as a password or a secret key is a SecureString.",
    why="A parameter of another type is kept in clear: whoever may read parameters reads it, and so do its history and the console.",
    logic=(
        "Type is SecureString. Judged are parameters whose last part of the name ends in password, passwd, passphrase, private key, "
        "secret key, secret access key, API key or client secret. What they hold is not read, and secrets under other names are not found."
    ),
    covers=(),
    applies=(
        Applies(
            lambda parameters: parameters.parameter_name.compute(_says_secret).is_true(),
            "Its name does not say that it is a secret.",
        ),
    ),
    fix="Make it anew with aws ssm put-parameter --type SecureString, delete the old one with its history, and change the secret.",
    source="https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterMetadata.html",
)
def secure_strings(parameters: Population) -> Truth:
    return parameters.kind == "SecureString"


REQUIREMENTS = (secure_strings,)
