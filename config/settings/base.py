"""Settings common to every deployment; ``demo``, ``test`` and ``production`` add what differs."""

from typing import Any

from config import channels, embedded_postgres, logs, social_accounts
from config.environment import ROOT, database, read

ENVIRONMENT = read()
VAR = ENVIRONMENT.var
SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
BASE_URL = ENVIRONMENT.base_url
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# --- Floors, from the top down, then what they stand on
INSTALLED_APPS = [
    "config",
    "insights",
    "community",
    "tutoring",
    "enrolment",
    "enquiries",
    "contact_centre",
    "programmes",
    "people",
    "printing",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.search_promotions",
    "wagtail.sites",
    "people.wagtail_users.StaffAppConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.embeds",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.microsoft",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_filters",
    "django_htmx",
    "ninja",  # its API page comes from our own static files
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.RequestId",
    "django.middleware.gzip.GZipMiddleware",
    "programmes.middleware.KeepCampaign",
    "csp.middleware.CSPMiddleware",
    "config.middleware.BackOfficePolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.SpokenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.RememberLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.middleware.StaffSecondFactor",
    "people.middleware.LookingAs",  # after it: the second factor is asked of whoever really sits there
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.ProviderAway",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "programmes.kept_pages.page_cache.PageCache",  # nearest to the views: what others add is added to kept ones
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "wagtail.contrib.settings.context_processors.settings",
                "programmes.shell.site_shell",
            ],
        },
    },
]

# --- Database: the embedded server unless DATABASE_URL names another
DATABASES = {"default": database(ENVIRONMENT.database_url or embedded_postgres.address(VAR))}
if ENVIRONMENT.database_replica_url:
    DATABASES["replica"] = database(ENVIRONMENT.database_replica_url)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache and sessions: nothing lives in a process, so that web nodes can be added
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
}
if ENVIRONMENT.cache_url:
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ENVIRONMENT.cache_url,
    }
# Public pages as they were last made, and the stamp that says whether they still hold (programmes.kept_pages).
# Never in the database, which they spare. Files serve one machine; several need CACHE_URL.
for name, most in (("pages", 3000), ("freshness", 100)):
    CACHES[name] = {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR / "cache" / name),
        "OPTIONS": {"MAX_ENTRIES": most},
    }
    if ENVIRONMENT.cache_url:
        CACHES[name] = {**CACHES["default"], "KEY_PREFIX": name}
PAGE_CACHE_SECONDS = 300  # the longest that a page is served without being made anew
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would sign people out on the way back from the payment page
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_COOKIES = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview panel frames our own pages
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

SOCIAL_LOGINS = social_accounts.read(ENVIRONMENT.social_logins)

# --- Content-Security-Policy: strict on public pages; config.middleware.BackOfficePolicy loosens it for /admin/
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "media-src": ["'self'"],
        "manifest-src": ["'self'"],
        "frame-ancestors": ["'self'"],
        # Payment and sign-in pages of others are reached by a redirect after a form is sent, which browsers check
        # against form-action.
        "form-action": [
            "'self'",
            "https://checkout.stripe.com",
            *ENVIRONMENT.payment_pages,
            *(login.origin for login in SOCIAL_LOGINS),
        ],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

# --- Languages and places
LANGUAGE_CODE = "ca"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("ca", "Català"), ("es", "Español"), ("en", "English")]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = WAGTAIL_I18N_ENABLED = True
TIME_ZONE = "Europe/Madrid"
USE_TZ = True
FORMS_URLFIELD_ASSUME_HTTPS = True  # as Django will from 6.0 on; an address without a scheme is a secure one
WAGTAIL_USER_TIME_ZONES = ["Europe/Madrid", "Atlantic/Canary", "Europe/London", "America/Mexico_City"]

# --- Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Receipts and other papers of one person: served by views that ask who is asking, never by address.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "private", "base_url": None},
    },
    "staticfiles": {"BACKEND": "config.static_files.HashedFiles"},
}
if ENVIRONMENT.media_bucket:
    BUCKET = {"bucket_name": ENVIRONMENT.media_bucket}
    S3 = "storages.backends.s3.S3Storage"
    STORAGES["default"] = {"BACKEND": S3, "OPTIONS": BUCKET}
    STORAGES["private"] = {"BACKEND": S3, "OPTIONS": {**BUCKET, "location": "private", "querystring_auth": True}}

# --- People and sign-in
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.access.rights.RightsBackend", "allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/campus/"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/"
WAGTAILADMIN_LOGIN_URL = "account_login"  # one door, so that the second factor is asked of everybody
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # long enough for a slow mailbox
ACCOUNT_FORMS = {"login": "people.forms.SignInForm", "request_login_code": "people.forms.CodeForm"}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_ADAPTER = "people.access.sign_in.Adapter"
# Whoever guesses passwords waits: ten tries a minute from one place, five in five minutes for one address.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key", "guessing_notice": "1/h/key"}
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password, address or second step is told to its owner
SOCIALACCOUNT_ADAPTER = "people.access.social.Adapter"
SOCIALACCOUNT_PROVIDERS = social_accounts.settings_of(SOCIAL_LOGINS)
SOCIALACCOUNT_EMAIL_VERIFICATION = "mandatory"
SOCIALACCOUNT_STORE_TOKENS = False  # we ask the provider who somebody is, once, and for nothing else
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {"add_webauthn": "people.forms.AddPasskeyForm"}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Matrícula"
STAFF_MUST_USE_MFA = ENVIRONMENT.staff_mfa

# --- E-mail: a file outbox unless EMAIL_URL says otherwise (smtp://…, or anymail+<provider>://key@)
DEFAULT_FROM_EMAIL = "Escola Llevant <hola@llevant.example>"
EMAIL_BACKEND = "people.contact.mail_files.EmailBackend"
EMAIL_FILE_PATH = VAR / "outbox"
EMAIL_TIMEOUT = 15

# --- Other channels, and what comes in on each: see docs/channels.md
CARRIERS = channels.carriers(ENVIRONMENT)
TELEPHONY = channels.telephony(ENVIRONMENT)
TEXTS_FILE_PATH = VAR / "texts"  # where the local carriers of texts write
REPLY_ADDRESS = ENVIRONMENT.reply_address
INBOUND_SECRET = ENVIRONMENT.inbound_secret
INBOUND_IMAP = ENVIRONMENT.inbound_imap
MAILGUN_SIGNING_KEY = ENVIRONMENT.mailgun_signing_key
INTAKE_PER_NETWORK = ENVIRONMENT.intake_per_network  # forms sent in ten minutes; beyond it they are looked at first

# --- Background work
CELERY_BROKER_URL = ENVIRONMENT.celery_broker_url or "filesystem://"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
if CELERY_BROKER_URL == "filesystem://":
    BROKER = VAR / "broker"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # Both folders are one: what the publisher puts out is what the worker takes in.
        "data_folder_in": str(BROKER / "queue"),
        "data_folder_out": str(BROKER / "queue"),
        "control_folder": str(BROKER / "control"),
        "store_processed": False,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 3, "visibility_timeout": 600}
# Who wakes a worker does not wait for a broker that is away: the sweep does what is due.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "soon"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 600
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    # One sweep does all that is due on every floor; a missed run is made good by the next.
    "sweep": {"task": "people.tasks.sweep_everything", "schedule": 30.0, "options": {"queue": "soon", "expires": 60}},
    "beat": {"task": "people.tasks.heartbeat", "schedule": 20.0, "options": {"queue": "now", "expires": 40}},
}

# --- Payments
STRIPE_API_KEY = ENVIRONMENT.stripe_api_key
STRIPE_WEBHOOK_SECRET = ENVIRONMENT.stripe_webhook_secret
STRIPE_API_BASE = ENVIRONMENT.stripe_api_base

# --- Wagtail
WAGTAIL_SITE_NAME = "Matrícula"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"}}
WAGTAIL_ENABLE_UPDATE_CHECK = False  # nothing here calls out
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "csv", "txt"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "contact_centre.inbound.uploads.CheckedDocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 50 * 1024 * 1024
WAGTAILADMIN_COMMENTS_ENABLED = True
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = logs.configuration(level="INFO")
