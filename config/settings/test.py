"""Settings of the test suite: the real parts, with cheap passwords and unhashed static files."""

from config.settings.base import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DUMMY = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}  # tests of the page cache bring a real one
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}, "pages": DUMMY, "freshness": DUMMY}
ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment]  # allauth's way to have none
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 -- WhiteNoise warns about a missing folder
if CELERY_BROKER_URL == "filesystem://":  # noqa: F405
    for folder in ("queue", "control"):  # as the demo's runner makes them: whoever wakes a worker writes there
        (BROKER / folder).mkdir(parents=True, exist_ok=True)  # noqa: F405
