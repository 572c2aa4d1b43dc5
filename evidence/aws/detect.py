"""What a redacted text looked like: detect-secrets' patterns on the value, then the words of its name."""

import base64
import re
from functools import cache
from typing import Any, Protocol

_BY_NAME: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (looks, re.compile(words if "^" in words else rf"(?:^|_)(?:{words})(?:$|_)"))
    for looks, words in (
        ("private key", r"(?:private|ssh|rsa|pem|signing)_?key|pem"),
        ("encryption key", r"(?:encryption|master)_?key"),
        ("API key", r"(?:api|access|app|auth|account|service|client|shared|storage)_?key|key_?secret"),
        ("password", r"^.*(?:password|passwd|passphrase)"),
        ("password", r"pass|pwd|pw|passcode"),
        ("token", r"token|jwt|bearer"),
        ("credential", r"credentials?|creds?"),
        ("connection string", r"(?:connection|conn)_?(?:string|str)|dsn"),
        ("secret", r"secrets?|salt|pepper|hmac"),
    )
)
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_USERINFO = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s@]+@", re.I)
_PAIR = re.compile(
    r"(?:password|passwd|pwd|secret|accountkey|sharedaccesskey|api_?key|token)\s*=\s*(?!arn:|\{\{|\$)[^;,&\s]+", re.I
)
_REFERENCE = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:|\{\{resolve:|(?:ssm|vault)://|https?://[^\s@]*$|/[\w.-]+/[\w./-]+$", re.I)
_HARMLESS = re.compile(r"(?:true|false|yes|no|on|off|none|null|enabled|disabled|\d{1,5})$", re.I)
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{24,}={0,2}\s*")


class _Plugin(Protocol):
    secret_type: str

    def analyze_string(self, string: str) -> Any: ...


@cache
def _plugins() -> tuple[_Plugin, ...]:
    """Patterns of one value each; no network, no entropy (a random-looking text is no evidence of a secret)."""
    from detect_secrets.plugins import (  # 0.2 s to import: only a run that redacts pays it
        artifactory,
        aws,
        azure_storage_key,
        discord,
        github_token,
        gitlab_token,
        jwt,
        mailchimp,
        npm,
        openai,
        private_key,
        pypi_token,
        sendgrid,
        slack,
        square_oauth,
        stripe,
        telegram_token,
        twilio,
    )

    return (
        private_key.PrivateKeyDetector(), aws.AWSKeyDetector(), jwt.JwtTokenDetector(), github_token.GitHubTokenDetector(),
        gitlab_token.GitLabTokenDetector(), slack.SlackDetector(), stripe.StripeDetector(), sendgrid.SendGridDetector(),
        twilio.TwilioKeyDetector(), npm.NpmDetector(), pypi_token.PypiTokenDetector(), openai.OpenAIDetector(),
        azure_storage_key.AzureStorageKeyDetector(), artifactory.ArtifactoryDetector(), discord.DiscordBotTokenDetector(),
        mailchimp.MailchimpDetector(), square_oauth.SquareOAuthDetector(), telegram_token.TelegramBotTokenDetector(),
    )  # fmt: skip


def looks_like(value: str, name: str = "") -> str | None:
    """What kind of secret the value seems to be ("AWS access key", "password"), None where nothing says so.

    A reference to a secret (an ARN, a path in a vault) is not one, whatever its name."""
    if not value:
        return None
    found = _by_value(value) or _by_value(_unpacked(value))
    if found is not None or _REFERENCE.match(value) or _HARMLESS.match(value):
        return found
    words = re.sub(r"[^a-z0-9]+", "_", _WORDS.sub("_", name).lower())
    return next((looks for looks, pattern in _BY_NAME if pattern.search(words)), None)


def _by_value(value: str) -> str | None:
    if not value:
        return None
    if _USERINFO.search(value):
        return "connection string with a password"
    for plugin in _plugins():
        if any(plugin.analyze_string(value)):
            return _named(plugin.secret_type)
    return "text with a password in it" if _PAIR.search(value) else None


def _unpacked(value: str) -> str:
    """The text inside base64 (user data), or nothing."""
    if not _BASE64.fullmatch(value):
        return ""
    try:
        return base64.b64decode(value, validate=False).decode()
    except ValueError:
        return ""


def _named(kind: str) -> str:
    """detect-secrets' title in the middle of a sentence, free of what ends a marker's field."""
    words = [w if w.isupper() or not w[1:].islower() else w.lower() for w in re.sub(r"[;\]\[]", "", kind).split()]
    return " ".join(words)
