"""A payment provider for demos and tests, on this machine and without real money.

``python -m config.payment_sandbox`` serves Stripe's API on 127.0.0.1. It builds on
``localstripe`` and adds what that lacks: Checkout Sessions with a hosted payment page,
the test cards for success, decline and 3-D Secure, idempotency keys, signed webhooks that
are tried again until they arrive, and a state that survives being killed. It runs without
Django, so its page keeps its three languages in ``words.py`` instead of ``locale/``.
"""
