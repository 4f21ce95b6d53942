"""Production as it runs: what its processes say of themselves, what it serves, and one enquiry through all of them."""

import json
import re
from urllib.parse import urlencode

import pytest

from tests.integration.conftest import get, post, ready, wait_for

pytestmark = pytest.mark.integration


def enquire(production, address: str, **headers) -> tuple[int, dict]:
    form = urlencode({"email": address, "name": "Nora Planta", "message": "Quan comença?"}).encode()
    status, answered, _body = post(f"{production.url}/enquire/", form, **headers)
    return status, answered


def age_heartbeats(production) -> None:
    """Put the last signs of life two minutes back; who lives gives a new one within twenty seconds."""
    production.sql("UPDATE people_heartbeat SET at = at - interval '2 minutes'")


def test_every_part_is_ready(production):
    assert ready(production) == (
        200,
        {"database": "ok", "migrations": "ok", "broker": "ok", "scheduler": "ok", "worker": "ok"},
    )
    assert get(f"{production.url}/healthz")[0] == 200


def test_enquiry_goes_through_web_broker_and_worker(production):
    status, headers = enquire(production, "nora@plant.example", **{"X-Request-ID": "walk-0123456789"})
    assert status == 303
    promise = headers["location"] if headers["location"].startswith("http") else production.url + headers["location"]
    assert get(promise)[0] == 200
    [mail] = wait_for(lambda: production.mails_to("nora@plant.example"), within=20, or_show=production)
    assert production.url in mail.get_body(("plain",)).get_content()


def test_request_id_is_on_the_lines_of_the_task(production):
    enquire(production, "trace@plant.example", **{"X-Request-ID": "trace-0123456789"})
    wait_for(lambda: production.mails_to("trace@plant.example"), within=20, or_show=production)

    def lines(name):
        texts = [line for line in production.log(name).splitlines() if "trace-0123456789" in line]
        return [json.loads(line) for line in texts]

    assert [line["path"] for line in lines("web") if line["event"] == "request"] == ["/enquire/"]
    done = wait_for(lambda: [line for line in lines("worker") if line["event"] == "task"], within=10)
    assert {(line["task"], line["state"]) for line in done} == {("people.tasks.deliver_messages", "SUCCESS")}


def test_logs_carry_no_name_and_no_address(production):
    enquire(production, "secretive@plant.example")
    wait_for(lambda: production.mails_to("secretive@plant.example"), within=20, or_show=production)
    everything = "".join(production.log(name) for name in ("web", "worker", "scheduler"))
    assert "request" in everything
    assert [word for word in ("secretive", "plant.example", "Nora", "Planta") if word in everything] == []


def test_killed_worker_loses_no_message_and_doubles_none(production):
    production.kill("worker")
    assert enquire(production, "patient@plant.example")[0] == 303
    assert production.mails_to("patient@plant.example") == []
    production.start("worker")
    wait_for(lambda: production.mails_to("patient@plant.example"), within=45, or_show=production)
    production.manage("sweep")
    assert len(production.mails_to("patient@plant.example")) == 1


def test_lost_broker_is_named_and_loses_no_enquiry(production):
    production.kill("broker")
    status, parts = ready(production)
    assert (status, parts["broker"], parts["database"]) == (503, "down", "ok")
    assert enquire(production, "meanwhile@plant.example")[0] == 303
    production.start("broker")
    wait_for(lambda: production.mails_to("meanwhile@plant.example"), within=75, or_show=production)
    wait_for(lambda: ready(production)[0] == 200, within=60, or_show=production)


def test_stopped_worker_is_named(production):
    production.kill("worker")
    age_heartbeats(production)
    wait_for(lambda: ready(production)[1].get("scheduler") == "ok", within=40, or_show=production)
    status, parts = ready(production)
    assert (status, parts["worker"]) == (503, "down")
    production.start("worker")
    wait_for(lambda: ready(production)[0] == 200, within=60, or_show=production)


def test_stopped_scheduler_is_named(production):
    production.kill("scheduler")
    wait_for(lambda: not _waiting_heartbeats(production), within=30, or_show=production)
    age_heartbeats(production)
    status, parts = ready(production)
    assert (status, parts["scheduler"]) == (503, "down")
    production.start("scheduler")
    wait_for(lambda: ready(production)[0] == 200, within=60, or_show=production)


def _waiting_heartbeats(production) -> bool:
    """Whether a heartbeat sent before the scheduler ended is still on its way."""
    import redis

    return bool(redis.Redis.from_url(production.environment["CELERY_BROKER_URL"]).llen("now"))


def test_static_files_are_hashed_compressed_and_kept_for_long(production):
    _status, _headers, page = get(f"{production.url}/ca/")
    [address] = re.findall(r'href="(/static/site\.[0-9a-f]{12}\.css)"', page.decode())
    status, headers, _body = get(f"{production.url}{address}", **{"Accept-Encoding": "gzip"})
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert "immutable" in headers["cache-control"]
    assert int(re.search(r"max-age=(\d+)", headers["cache-control"])[1]) >= 31_536_000


@pytest.mark.parametrize("path", ["/ca/", "/accounts/login/"])
def test_public_pages_are_served_with_care(production, path):
    status, headers, page = get(f"{production.url}{path}")
    assert status == 200
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; ") if " " in part)
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert b"Traceback" not in page


def test_missing_page_tells_nothing_of_the_inside(production):
    status, _headers, page = get(f"{production.url}/ca/no-such-page/")
    assert status == 404
    assert not re.search(rb"URLconf|Traceback|config\.urls", page)


def test_foreign_host_is_refused(production):
    assert get(f"{production.url}/ca/", Host="elsewhere.example")[0] == 400
