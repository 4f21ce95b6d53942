"""The environment, read once.

Everything a deployment can set stands in ``Environment``; ``docs/configure.md`` explains it.
"""

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
ENVS = ("demo", "test", "production")
TEST_RUNNER = "PYTEST_XDIST_WORKER"  # which of several it is, as the runner says to itself; not set by anybody
DEMO_SECRET = "demo-only-secret-key-never-use-it-in-production-0123456789"  # noqa: S105 -- refused in production
SANDBOX_KEY = "sk_test_matricula_sandbox"
SANDBOX_WEBHOOK_SECRET = "whsec_matricula_sandbox"  # noqa: S105 -- refused in production
DEMO_INBOUND_SECRET = "matricula-demo-inbound"  # noqa: S105 -- refused in production
DEMO_REPLY_ADDRESS = "reply@llevant.example"


WHEN_ASKED = 2**31  # times that a statement runs before the driver prepares it unasked: people.writing asks for its own
BROKERS = ("", "redis", "rediss", "sentinel", "amqp", "amqps", "pyamqp", "filesystem", "memory")


class Misconfigured(Exception):
    """The environment does not add up; the message is one line for the operator."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What the operator set, with defaults filled in; field names are the variables in lower case."""

    env: str
    var: Path
    port: int
    base_url: str
    secret_key: str
    allowed_hosts: tuple[str, ...]
    database_url: str
    database_replica_url: str
    celery_broker_url: str
    cache_url: str
    email_url: str
    stripe_api_key: str
    stripe_webhook_secret: str
    stripe_api_base: str
    media_bucket: str
    staff_mfa: bool
    social_logins: str
    debug: bool
    reply_address: str = ""
    inbound_secret: str = ""
    inbound_imap: str = ""
    mailgun_signing_key: str = ""
    sms_url: str = ""
    whatsapp_url: str = ""
    telephony_url: str = ""
    intake_per_network: int = 60

    @property
    def payment_pages(self) -> list[str]:
        """Origins of hosted payment pages beside Stripe's own: the sandbox, by number and by the name people use."""
        base = self.stripe_api_base
        return sorted({base, base.replace("127.0.0.1", "localhost")} - {""})


@cache
def read() -> Environment:
    """The environment of this process. Raises Misconfigured, naming the variable, if production is half set up."""
    get = os.environ.get
    env = get("MATRICULA_ENV") or _env_of_settings()
    if env not in ENVS:
        raise Misconfigured(f"MATRICULA_ENV is {env!r}; it must be one of {', '.join(ENVS)}.")
    port = _port(get("PORT", "8000"))
    base_url = (get("BASE_URL") or f"http://localhost:{port}").rstrip("/")
    production = env == "production"
    found = Environment(
        env=env,
        var=_var(env).resolve(),
        port=port,
        base_url=base_url,
        secret_key=get("SECRET_KEY", "" if production else DEMO_SECRET),
        allowed_hosts=tuple(filter(None, (get("ALLOWED_HOSTS") or ("" if production else "*")).split(","))),
        database_url=get("DATABASE_URL", ""),
        database_replica_url=get("DATABASE_REPLICA_URL", ""),
        celery_broker_url=get("CELERY_BROKER_URL", ""),
        cache_url=get("CACHE_URL", ""),
        email_url=get("EMAIL_URL", ""),
        stripe_api_key=get("STRIPE_API_KEY", "" if production else SANDBOX_KEY),
        stripe_webhook_secret=get("STRIPE_WEBHOOK_SECRET", "" if production else SANDBOX_WEBHOOK_SECRET),
        stripe_api_base=get("STRIPE_API_BASE", "" if _is_real_key(get("STRIPE_API_KEY", "")) else _sandbox(port)),
        media_bucket=get("MEDIA_BUCKET", ""),
        staff_mfa=get("STAFF_MFA", "").lower() in ("1", "true", "yes"),
        social_logins=get("SOCIAL_LOGINS", ""),
        debug=get("DEBUG", "").lower() in ("1", "true", "yes"),
        reply_address=get("REPLY_ADDRESS", "" if production else DEMO_REPLY_ADDRESS),
        inbound_secret=get("MATRICULA_INBOUND_SECRET", "" if production else DEMO_INBOUND_SECRET),
        inbound_imap=get("INBOUND_IMAP", ""),
        mailgun_signing_key=get("MAILGUN_SIGNING_KEY", ""),
        sms_url=get("SMS_URL", ""),
        whatsapp_url=get("WHATSAPP_URL", ""),
        telephony_url=get("TELEPHONY_URL", ""),
        intake_per_network=_count("INTAKE_PER_NETWORK", get("INTAKE_PER_NETWORK", "60")),
    )
    broker = found.celery_broker_url.partition("://")[0]
    if broker not in BROKERS:
        raise Misconfigured(f"CELERY_BROKER_URL must start with redis:// or amqp://, not {broker}.")
    if not base_url.startswith(("http://", "https://")):
        raise Misconfigured(f"BASE_URL is {base_url!r}; it must start with http:// or https://.")
    if production:
        _refuse_half_configured(found)
    return found


def _count(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise Misconfigured(f"{name} must be a number, not {value!r}.")
    return int(value)


def sandbox_port(port: int) -> int:
    """The payment sandbox listens one port above the website."""
    return port + 1


def database(url: str) -> dict:
    """Django's DATABASES entry for a ``postgres://user:password@host:port/name?host=/socket`` address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Misconfigured(f"DATABASE_URL cannot be read: {error}.") from error
    if parts.scheme not in ("postgres", "postgresql"):
        raise Misconfigured(
            f"DATABASE_URL must start with postgres:// or postgresql://, not {parts.scheme or 'without a scheme'}."
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, "prepare_threshold": WHEN_ASKED, **options},
    }


def _env_of_settings() -> str:
    """pytest and mypy name the settings only: ``config.settings.test`` means the test environment."""
    name = os.getenv("DJANGO_SETTINGS_MODULE", "").rpartition(".")[2]
    return name if name in ENVS else "demo"


def _sandbox(port: int) -> str:
    return f"http://127.0.0.1:{sandbox_port(port)}"


def _is_real_key(key: str) -> bool:
    return bool(key) and key != SANDBOX_KEY


def _var(env: str) -> Path:
    """Tests write beside what a demo keeps, never into it, and of several runners each in a folder of its own."""
    named = os.environ.get("MATRICULA_VAR")
    if env != "test":
        return Path(named or ROOT / "var")
    return Path(named or ROOT / "var/test") / os.environ.get(TEST_RUNNER, "")


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65535:
        raise Misconfigured(f"PORT is {text!r}; it must be a number between 1 and 65534.")
    return int(text)


def _refuse_half_configured(found: Environment) -> None:
    needed = {
        "SECRET_KEY": found.secret_key,
        "ALLOWED_HOSTS": found.allowed_hosts,
        "BASE_URL": os.environ.get("BASE_URL"),
        "DATABASE_URL": found.database_url,
        "CELERY_BROKER_URL": found.celery_broker_url,
        "EMAIL_URL": found.email_url,
        "STRIPE_API_KEY": found.stripe_api_key,
        "STRIPE_WEBHOOK_SECRET": found.stripe_webhook_secret,
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise Misconfigured(f"MATRICULA_ENV=production needs {', '.join(missing)}; see docs/configure.md.")
    if found.secret_key == DEMO_SECRET or len(found.secret_key) < 50:
        raise Misconfigured("SECRET_KEY must be a random text of at least 50 characters of your own in production.")
    if found.debug:
        raise Misconfigured("DEBUG must not be set in production.")
    demo_values = {"STRIPE_API_KEY": SANDBOX_KEY, "STRIPE_WEBHOOK_SECRET": SANDBOX_WEBHOOK_SECRET}
    for name, value in demo_values.items():
        if os.environ[name] == value and not os.environ.get("STRIPE_API_BASE"):
            raise Misconfigured(f"{name} is the demo's; production needs your own from the payment provider.")
    if found.inbound_secret == DEMO_INBOUND_SECRET:
        raise Misconfigured("MATRICULA_INBOUND_SECRET is the demo's; production needs a random text of your own.")
    if "*" in found.allowed_hosts:
        raise Misconfigured("ALLOWED_HOSTS must name your hosts in production, not *.")
