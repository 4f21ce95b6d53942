"""Settings of production: ``config.environment`` has refused to come this far with a missing secret."""

from config.mail import settings_for
from config.settings.base import *  # noqa: F403

globals().update(settings_for(ENVIRONMENT.email_url))  # noqa: F405
DEBUG = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = 1  # the same balancer says who asks, or all visitors would share one limit
SECURE_SSL_REDIRECT = SECURE_COOKIES  # noqa: F405
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0  # noqa: F405
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # the school's other hosts are not ours to decide about
SECURE_HSTS_PRELOAD = False
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # sub-domains: see above
    "security.W021",  # preload: likewise
    "security.W019",  # Wagtail's preview frames our own pages; frame-ancestors says 'self' too
]
