"""The school that is measured: one programme on the website, many cases in the queue, one lead signed in."""

from datetime import date, timedelta

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.demo import bulk
from contact_centre.models import Case
from people.models import User
from programmes import site

TEXT = {
    "title": "Bench programme",
    "promise": "You learn to measure.",
    "description": "Plain words about measuring. " * 40,
    "syllabus": [(f"Unit {n}", "What it covers, in a sentence.") for n in range(8)],
    "questions": [(f"Question {n}?", "An answer of one sentence.") for n in range(6)],
}


def make(*, cases: int) -> dict:
    """Make what is missing; returns addresses, the session of a lead, and the SQL statements of a queue page."""
    now = timezone.now()
    site.build_site(at=now)
    start = date.today() + timedelta(days=60)
    facts = {"code": "bench", "level": "course", "modality": "online", "length_weeks": 10}
    intake = {
        "code": "next",
        "starts_on": start,
        "ends_on": start + timedelta(days=70),
        "seats": 30,
        "price_minor": 45000,
    }
    texts = {language: TEXT | {"slug": "bench"} for language in ("ca", "es", "en")}
    programme = site.publish_programme({**facts, "intakes": [intake]}, texts, at=now)
    missing = cases - Case.objects.count()
    if missing > 0:
        bulk.load(people=missing, at=now, open_share=0.2)
    session = session_of_lead()
    client = Client()
    client.cookies["sessionid"] = session
    client.get("/admin/queue/")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/admin/queue/")
    if answer.status_code != 200:
        raise SystemExit(f"the queue answered {answer.status_code}")
    return {
        "sheet": "/en/programmes/bench/",
        "programme": str(programme.uuid),
        "session": session,
        "queue_queries": len(queries),
        "cases": Case.objects.count(),
    }


def session_of_lead() -> str:
    user, is_new = User.objects.get_or_create(email="bench@synthetic.example", defaults={"is_staff": True})
    if is_new:
        user.set_unusable_password()
        user.save()
        user.groups.add(Group.objects.get(name="Contact-centre lead"))
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key
