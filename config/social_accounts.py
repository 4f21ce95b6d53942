"""Sign-in with an account people have elsewhere, as ``SOCIAL_LOGINS`` lists them, in the form django-allauth reads.

``google://CLIENT:SECRET@``, ``microsoft://CLIENT:SECRET@TENANT`` and ``openid+https://CLIENT:SECRET@HOST/PATH?name=NAME``
(any OpenID Connect issuer, such as a university's own), separated by spaces; secrets are percent-encoded.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from config.environment import Misconfigured

GOOGLE, MICROSOFT, OPENID = "google", "microsoft", "openid_connect"
ORIGINS = {GOOGLE: "https://accounts.google.com", MICROSOFT: "https://login.microsoftonline.com"}
ANY_TENANT = ("", "common", "organizations", "consumers")


class BadSocialLogin(Misconfigured):
    """An entry of ``SOCIAL_LOGINS`` cannot be read; the message holds no secret."""


@dataclass(frozen=True)
class SocialLogin:
    """One provider: its kind, allauth's settings for it, and where its pages are."""

    kind: str
    app: dict[str, Any]
    origin: str


def read(text: str) -> list[SocialLogin]:
    """The providers named in ``text``, in that order. Raises BadSocialLogin."""
    return [_read(entry) for entry in text.split()]


def settings_of(logins: list[SocialLogin]) -> dict[str, dict[str, Any]]:
    """allauth's ``SOCIALACCOUNT_PROVIDERS``."""
    found: dict[str, dict[str, Any]] = {}
    for login in logins:
        provider = found.setdefault(login.kind, {"APPS": [], "OAUTH_PKCE_ENABLED": True})
        provider["APPS"].append(login.app)
        if login.kind == MICROSOFT:
            # Whoever runs a tenant vouches for its addresses; with an open one anybody can write any address.
            provider["VERIFIED_EMAIL"] = login.app["settings"]["tenant"] not in ANY_TENANT
    return found


def _read(entry: str) -> SocialLogin:
    parts = urlsplit(entry)
    kind, _plus, scheme = parts.scheme.partition("+")
    if not (parts.username and parts.password):
        raise BadSocialLogin(f"The {parts.scheme or 'first'} entry of SOCIAL_LOGINS names no client id and secret.")
    app: dict[str, Any] = {"client_id": unquote(parts.username), "secret": unquote(parts.password), "key": ""}
    if kind == GOOGLE:
        return SocialLogin(GOOGLE, app, ORIGINS[GOOGLE])
    if kind == MICROSOFT:
        return SocialLogin(MICROSOFT, app | {"settings": {"tenant": parts.hostname or "common"}}, ORIGINS[MICROSOFT])
    if kind == "openid" and scheme in ("https", "http") and parts.hostname:
        origin = f"{scheme}://{parts.netloc.rpartition('@')[2]}"
        name = dict(parse_qsl(parts.query)).get("name") or parts.hostname
        provider = app | {
            "provider_id": "".join(mark if mark.isalnum() else "-" for mark in name.lower()).strip("-"),
            "name": name,
            "settings": {"server_url": f"{origin}{parts.path.rstrip('/')}"},
        }
        return SocialLogin(OPENID, provider, origin)
    raise BadSocialLogin(
        f"SOCIAL_LOGINS knows google://, microsoft:// and openid+https://, not {parts.scheme or 'an entry without'}://."
    )
