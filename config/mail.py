"""``EMAIL_URL`` to Django's mail settings: ``smtp://``, ``smtps://``, ``console://``, ``file:///folder`` or ``anymail+<provider>://``."""

from importlib.util import find_spec
from urllib.parse import parse_qsl, unquote, urlsplit

from config.environment import Misconfigured


def settings_for(url: str) -> dict:
    """Settings for ``url``; ``?from=`` sets the sender. Raises Misconfigured for an unknown scheme or provider."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Misconfigured(f"EMAIL_URL cannot be read: {error}.") from error
    query = dict(parse_qsl(parts.query))
    found: dict = {"DEFAULT_FROM_EMAIL": query["from"]} if "from" in query else {}
    if parts.scheme in ("smtp", "smtps", "smtp+tls"):
        return found | {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname or "localhost",
            "EMAIL_PORT": port or {"smtp": 25, "smtps": 465, "smtp+tls": 587}[parts.scheme],
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        }
    if parts.scheme == "console":
        return found | {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme == "file" and parts.path:
        return found | {"EMAIL_BACKEND": "people.contact.mail_files.EmailBackend", "EMAIL_FILE_PATH": parts.path}
    if parts.scheme.startswith("anymail+"):
        provider = parts.scheme.removeprefix("anymail+")
        if not find_spec(f"anymail.backends.{provider}"):
            raise Misconfigured(f"EMAIL_URL names an unknown provider {provider!r}; see docs/configure.md.")
        anymail = {f"{provider.upper()}_API_KEY": unquote(parts.username or ""), **query}
        return found | {"EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend", "ANYMAIL": anymail}
    if parts.scheme == "file":
        raise Misconfigured("EMAIL_URL names no folder; write file:///folder.")
    raise Misconfigured(f"EMAIL_URL has an unknown scheme {parts.scheme!r}; see docs/configure.md.")
