"""The page on which a session is paid: server-rendered, without script or third parties."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import jinja2
from aiohttp import web
from babel.numbers import format_currency, get_currency_precision
from localstripe import resources
from localstripe.errors import UserError

from config.payment_sandbox import cards, words
from config.payment_sandbox.api import ADDRESS
from config.payment_sandbox.checkout import CheckoutSession, Outcome, expire_overdue

PAGES = Path(__file__).parent / "pages"
TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(PAGES),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)
OFFERED = (
    ("4242424242424242", "card_succeeds"),
    ("4000002500003155", "card_authenticates"),
    ("4000002760003184", "card_authenticates"),
    ("4000000000000002", "card_declined"),
    ("4000000000009995", "card_no_funds"),
)


def add_routes(app: web.Application) -> None:
    add = app.router
    add.add_get("/pay/style.css", _file("style.css", "text/css"))
    add.add_get("/pay/icon.svg", _file("icon.svg", "image/svg+xml"))
    add.add_get("/pay/{id}", show)
    add.add_post("/pay/{id}", pay)
    add.add_get("/pay/{id}/authenticate", show_challenge)
    add.add_post("/pay/{id}/authenticate", authenticate)


async def show(request):
    """Show the session as it stands: to be paid, paid or expired."""
    session = _session(request)
    if session is None or session.status != "open":
        return _notice(request, session)
    failure = _last_failure(session)
    return _form(request, session, failure=failure)


async def pay(request):
    """Charge the card in the form; a second press of the button finds the session over."""
    session, form = _session(request), dict(await request.post())
    if session is None or session.status == "expired":
        return _notice(request, session)
    if session.status == "complete":
        return _see_other(session._landing())
    card, wrong = cards.read(form, at=datetime.now(UTC))
    email = session.customer_email or form.get("email", "").strip()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        wrong = {"email": "email_invalid", **wrong}
    if wrong:
        return _form(request, session, typed=form, wrong=wrong, status=422)
    outcome = session._pay(card, email=email)
    if outcome is Outcome.MUST_AUTHENTICATE:
        return _see_other(f"/pay/{session.id}/authenticate")
    if outcome is Outcome.DECLINED:
        return _form(request, session, typed=form, failure=_last_failure(session), status=402)
    return _see_other(session._landing())


async def show_challenge(request):
    """Play the bank that asks whether it is really you."""
    session = _session(request)
    if session is None or not session._must_authenticate():
        return _see_other(f"/pay/{request.match_info['id']}")
    intent = resources.PaymentIntent._api_retrieve(session.payment_intent)
    method = resources.PaymentMethod._api_retrieve(intent.payment_method)
    return _page(request, "challenge.html", session, last4=method.card["last4"])


async def authenticate(request):
    """End the challenge as its two buttons say."""
    session, form = _session(request), await request.post()
    if session is None:
        return _notice(request, session)
    if session._authenticate(success=form.get("outcome") == "complete") is Outcome.PAID:
        return _see_other(session._landing())
    if session.status == "complete":
        return _see_other(session._landing())
    return _see_other(f"/pay/{session.id}")


def _session(request):
    if request.method == "POST":
        # It must not be paid in the moment between its end and the next sweep.
        expire_overdue(now=time.time())
    try:
        return CheckoutSession._api_retrieve(request.match_info["id"])
    except UserError:
        return None


def _last_failure(session):
    """The word for why the last attempt failed, or None."""
    intent = session._existing_intent()
    if intent is None or intent.status != "requires_payment_method":
        return None
    return "not_authenticated" if intent._authentication_failed else session._decline


def _form(request, session, *, typed=None, wrong=None, failure=None, status=200):
    typed = dict(typed or {})
    if (wrong or {}).get("number") == "number_not_test":
        typed["number"] = ""  # the number of a real card is not even sent back
    if session.customer_email:
        typed["email"] = session.customer_email
    offered = [(cards.spaced(number), meaning) for number, meaning in OFFERED]
    return _page(
        request,
        "pay.html",
        session,
        status=status,
        typed=typed,
        wrong=wrong or {},
        failure=failure,
        offered=offered,
    )


def _notice(request, session):
    if session is None:
        return _page(request, "notice.html", None, status=404, kind="missing", onward=None)
    if session.status == "complete":
        return _page(request, "notice.html", session, kind="done", onward=session._landing())
    return _page(request, "notice.html", session, status=410, kind="expired", onward=session.cancel_url)


def _page(request, template, session, *, status=200, **more):
    chosen = words.language(session and session.locale, request.headers.get("Accept-Language", ""))
    said, school = words.WORDS[chosen], request.app[ADDRESS].school

    def money(minor):
        places = get_currency_precision(session.currency.upper())
        locale = "en_GB" if chosen == "en" else chosen
        return format_currency(minor / 10**places, session.currency.upper(), locale=locale)

    def say(word, **values):
        return said[word].format(school=school, **values)

    text = TEMPLATES.get_template(template).render(
        language=chosen, say=say, money=money, school=school, session=session, **more
    )
    return web.Response(text=text, status=status, content_type="text/html", headers=_headers(session))


def _headers(session):
    # Chromium holds the redirect after a form to form-action too, so the school is named.
    targets = ["'self'"]
    if session is not None:
        target = urlsplit(session.success_url)
        targets.append(f"{target.scheme}://{target.netloc}")
    return {
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none';"
            f" frame-ancestors 'none'; form-action {' '.join(targets)}"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def _see_other(address):
    return web.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})


def _file(name, content_type):
    text = (PAGES / name).read_text(encoding="utf-8")

    async def send(_request):
        return web.Response(text=text, content_type=content_type, headers={"Cache-Control": "max-age=300"})

    return send
