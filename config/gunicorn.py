"""How the web server runs; the same in the demo and in production, where the environment sets the numbers."""

import gc
import os

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
max_requests = 100_000  # a day of an ordinary school, some minutes of a rush: who starts anew then lets others wait
max_requests_jitter = 10_000
preload_app = True  # start once, share the memory
accesslog = None  # config.middleware.RequestId logs each request
loglevel = "warning"


def on_starting(server):
    """With a wrong database address nothing could be served: say so at once instead of on every page."""
    from config import entry  # noqa: PLC0415 -- gunicorn reads this file before it knows the project

    entry.need_database()
    _load_the_rest()


def _load_the_rest():
    """What Django loads at the first request, so that no reader waits for it and the workers share it too.

    It stays as long as the server, so the garbage collector need not walk through it again: a look at all of it stops
    a worker for a fifth of a second.
    """
    from django.urls import get_resolver  # noqa: PLC0415 -- as above

    get_resolver().reverse_dict  # noqa: B018 -- reads every list of addresses, and so every view
    gc.collect()
    gc.freeze()


def post_fork(server, worker):
    """A connection opened before the fork must not be shared between workers."""
    from django.db import connections  # noqa: PLC0415 -- Django is set up by then

    connections.close_all()
