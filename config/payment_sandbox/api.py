"""The HTTP side: localstripe's routes behind our door, and the ones it lacks.

Every request that may change something runs alone, is answered only once the change is on
disk, and answers the same again to the same ``Idempotency-Key``.
"""

import asyncio
import hashlib
import hmac
import logging
import time
from base64 import b64decode
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from localstripe import resources, server
from localstripe.errors import UserError

from config.payment_sandbox.checkout import CheckoutSession, expire_overdue, refuse
from config.payment_sandbox.deliveries import TIMEOUT, Postman
from config.payment_sandbox.refunds import refund

logger = logging.getLogger("payment_sandbox")

IDEMPOTENCY_SECONDS = 24 * 3600
COMPARISONS = {
    "gt": lambda value, limit: value > limit,
    "gte": lambda value, limit: value >= limit,
    "lt": lambda value, limit: value < limit,
    "lte": lambda value, limit: value <= limit,
}
LISTED = {
    "/v1/checkout/sessions": (CheckoutSession, {"payment_intent", "customer", "status"}),
    "/v1/payment_intents": (resources.PaymentIntent, {"customer"}),
    "/v1/charges": (resources.Charge, {"payment_intent", "customer"}),
    "/v1/refunds": (resources.Refund, {"payment_intent", "charge"}),
    "/v1/events": (resources.Event, {"type"}),
}


@dataclass(frozen=True)
class Address:
    """How the sandbox is reached and who may use it."""

    public_url: str
    api_key: str
    school: str


ADDRESS: web.AppKey = web.AppKey("address", Address)
POSTMAN: web.AppKey = web.AppKey("postman", Postman)
ONE_AT_A_TIME: web.AppKey = web.AppKey("one_at_a_time", asyncio.Lock)


def add_routes(app: web.Application) -> None:
    """Lay our routes first, so that they win over localstripe's of the same address."""
    add = app.router
    add.add_post("/v1/checkout/sessions", create_session)
    add.add_get("/v1/checkout/sessions/{id}", retrieve_session)
    add.add_post("/v1/checkout/sessions/{id}/expire", expire_session)
    add.add_get("/v1/checkout/sessions/{id}/line_items", list_lines)
    add.add_post("/v1/refunds", create_refund)
    for path in LISTED:
        add.add_get(path, list_objects)
    add.add_get("/_sandbox/health", health)
    add.add_post("/_sandbox/webhooks/pause", pause)
    add.add_post("/_sandbox/webhooks/resume", resume)
    add.add_post("/_sandbox/deliver/{id}", deliver)
    add.add_post("/_sandbox/sweep", sweep_now)
    # Neither its page script nor its open door for emptying the store (/_config) comes along.
    for route in server.app.router.routes():
        if route.resource.canonical.startswith("/v1/"):
            add.add_route(route.method, route.resource.canonical, route.handler)


@web.middleware
async def errors(request, handler):
    """Answer in Stripe's words, also to what nobody foresaw."""
    if not request.path.startswith(("/v1/", "/_sandbox/")):
        return await handler(request)
    try:
        return await handler(request)
    except UserError as error:
        body, status = error.body, error.code
        if status == 404:
            body["error"]["code"] = "resource_missing"
            body["error"]["message"] = f"No such object: '{request.path.rsplit('/', 1)[-1]}'"
    except web.HTTPException as error:
        status, body = error.status, _error(f"Unrecognized request URL ({request.path}).")
    except Exception:
        logger.exception("%s %s failed", request.method, request.path)
        status, body = 500, _error("The sandbox failed; see its log.", kind="api_error")
    return web.json_response(body, status=status)


@web.middleware
async def only_with_key(request, handler):
    """Let nobody use the API without the secret key, as bearer token or Basic user name."""
    is_open = not request.path.startswith(("/v1/", "/_sandbox/"))
    if is_open or request.path == "/_sandbox/health":
        return await handler(request)
    given = _given_key(request.headers.get("Authorization", ""))
    if not given:
        message = "You did not provide an API key. Use Authorization: Bearer YOUR_SECRET_KEY."
    elif hmac.compare_digest(given.encode(), request.app[ADDRESS].api_key.encode()):
        return await handler(request)
    else:
        message = f"Invalid API Key provided: {given[:8]}***"
    headers = {"WWW-Authenticate": 'Bearer realm="Stripe"'}
    return web.json_response(_error(message), status=401, headers=headers)


@web.middleware
async def changes(request, handler):
    """Run changes one after the other, once per idempotency key, and on disk before the answer."""
    if request.method in ("GET", "HEAD") or request.path.startswith("/_sandbox/"):
        return await handler(request)
    body = await request.read()
    async with request.app[ONE_AT_A_TIME]:
        try:
            return await _once(request, handler, body)
        finally:
            resources.store.keep()
            request.app[POSTMAN].wake()


async def _once(request, handler, body):
    key = request.headers.get("Idempotency-Key")
    if not key or not request.path.startswith("/v1/"):
        return await _charging(request, handler)
    name, now = f"idempotency:{key}", time.time()
    asked = hashlib.sha256(f"{request.method} {request.path}\n".encode() + body).hexdigest()
    earlier = resources.store.get(name)
    if earlier and earlier["at"] > now - IDEMPOTENCY_SECONDS:
        if earlier["asked"] != asked:
            message = (
                "Keys for idempotent requests can only be used with the same parameters"
                f" they were first used with (key '{key}')."
            )
            return web.json_response(_error(message, kind="idempotency_error"), status=400)
        replayed = {"Idempotent-Replayed": "true"}
        return web.json_response(text=earlier["text"], status=earlier["status"], headers=replayed)
    # A request that raises was refused before it did anything, and may be sent again.
    answer = await _charging(request, handler)
    resources.store[name] = {"asked": asked, "at": now, "status": answer.status, "text": answer.text}
    return answer


async def _charging(request, handler):
    """A declined card is an error to localstripe, but something has happened: it is an answer."""
    try:
        return await handler(request)
    except UserError as error:
        if error.code != 402:
            raise
        error.body["error"]["type"] = "card_error"
        return error.to_response()


def forget_old_keys(*, now: float) -> None:
    """Drop the idempotency keys that are too old to be honoured."""
    for key, kept in list(resources.store.items()):
        if key.startswith("idempotency:") and kept["at"] < now - IDEMPOTENCY_SECONDS:
            resources.store.discard(key)
    resources.store.keep()


async def create_session(request):
    data = await server.get_post_data(request) or {}
    expand = data.pop("expand", None)
    data.pop("public_url", None)
    session = CheckoutSession(public_url=request.app[ADDRESS].public_url, **data)
    return web.json_response(session._export(expand=expand))


async def retrieve_session(request):
    query = server.unflatten_data(request.query)
    session = CheckoutSession._api_retrieve(request.match_info["id"])
    return web.json_response(session._export(expand=query.get("expand")))


async def expire_session(request):
    session = CheckoutSession._api_retrieve(request.match_info["id"])
    if session.status != "open":
        refuse(
            f"Only Checkout Sessions with a status in ['open'] can be expired."
            f" This Checkout Session has a status of {session.status}.",
        )
    session._expire()
    return web.json_response(session._export())


async def list_lines(request):
    session = CheckoutSession._api_retrieve(request.match_info["id"])
    return web.json_response(session._listed_lines())


async def create_refund(request):
    data = await server.get_post_data(request) or {}
    expand = data.pop("expand", None)
    return web.json_response(refund(**data)._export(expand=expand))


async def list_objects(request):
    """List newest first, by the filters and the span of ``created`` that Stripe offers."""
    cls, filters = LISTED[request.path]
    query = server.unflatten_data(request.query)
    found = resources.List(request.path, query.pop("limit", None), query.pop("starting_after", None))
    expand = query.pop("expand", None)
    kinds, created = query.pop("types", None), query.pop("created", {})
    for name in query:
        if name not in filters:
            refuse(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")
    if not isinstance(created, dict):
        created = {"gte": created, "lte": created}
    if not set(created) <= set(COMPARISONS):
        refuse("Invalid object", param="created")
    found._list = [
        one
        for one in reversed(resources.store.of_kind(cls.object))
        if all(getattr(one, name) == value for name, value in query.items())
        and all(COMPARISONS[name](one.created, int(limit)) for name, limit in created.items())
        and (kinds is None or one.type in kinds)
    ]
    return web.json_response(found._export(expand=expand))


async def health(request):
    postman = request.app[POSTMAN]
    return web.json_response(
        {
            "status": "ok",
            "webhooks": "paused" if postman.is_paused() else "running",
            "undelivered": len(postman.waiting()),
        }
    )


async def pause(request):
    request.app[POSTMAN].pause()
    return await health(request)


async def resume(request):
    request.app[POSTMAN].resume()
    return await health(request)


async def deliver(request):
    """Post an event now, whatever became of it before, and answer what the endpoint said."""
    postman, event_id = request.app[POSTMAN], request.match_info["id"]
    if not postman.url:
        refuse("The sandbox was started without a webhook URL.")
    async with aiohttp.ClientSession(timeout=TIMEOUT) as client:
        status = await postman.post(client, event_id)
    return web.json_response({"event": event_id, "endpoint_status": status})


async def sweep(app: web.Application, *, now: float) -> int:
    """Expire the sessions whose time is up, and say so; return how many."""
    async with app[ONE_AT_A_TIME]:
        expired = expire_overdue(now=now)
        if expired:
            resources.store.keep()
            app[POSTMAN].wake()
    return expired


async def sweep_now(request):
    """Do what the passing of time would do, as of ``now`` (Unix time) if it is given."""
    form = await request.post()
    try:
        now = float(form.get("now", time.time()))
    except ValueError:
        refuse("Invalid number", param="now")
    return web.json_response({"expired": await sweep(request.app, now=now)})


def _error(message, *, kind="invalid_request_error"):
    return {"error": {"type": kind, "message": message}}


def _given_key(header):
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return b64decode(value).decode().partition(":")[0]
        except ValueError:
            return ""
    return ""
