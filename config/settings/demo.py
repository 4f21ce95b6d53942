"""Settings of ``make demo``: embedded database, mail into files, payments in the sandbox, demo accounts."""

from config.settings.base import *  # noqa: F403

if ENVIRONMENT.email_url:  # noqa: F405
    from config.mail import settings_for

    globals().update(settings_for(ENVIRONMENT.email_url))  # noqa: F405
