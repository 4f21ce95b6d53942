"""How the web server runs; the same in the demo and in production, where the environment sets the numbers."""

import os

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
max_requests = 5000
max_requests_jitter = 500
preload_app = True  # start once, share the memory
accesslog = None  # config.middleware.RequestId logs each request
loglevel = "warning"


def on_starting(server):
    """With a wrong database address nothing could be served: say so at once instead of on every page."""
    from config import entry  # noqa: PLC0415 -- gunicorn reads this file before it knows the project

    entry.need_database()


def post_fork(server, worker):
    """A connection opened before the fork must not be shared between workers."""
    from django.db import connections  # noqa: PLC0415 -- Django is set up by then

    connections.close_all()
