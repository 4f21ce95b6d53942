"""The web application, for gunicorn: ``gunicorn config.wsgi``."""

from config import entry

entry.use_settings()

from django.core.wsgi import get_wsgi_application  # noqa: E402 -- after the settings are chosen

application = get_wsgi_application()
