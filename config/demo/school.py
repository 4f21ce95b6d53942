"""Fills Escola Llevant once: accounts, website, programmes, and a year of history told by the product's own verbs.

The history is told on a moved clock that ends now. Whoever interrupts it finds the school emptied and told anew at the
next start, because half a history would make every figure wrong; a school that was filled to its end is never touched.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from wagtail.models import PageLogEntry

from config.celery import app as celery_app
from config.demo import (
    accounts,
    arguments,
    assignment,
    benchmark,
    campaigns,
    care,
    catalogue,
    channels,
    clocks,
    desk,
    doors,
    editing,
    forms,
    journeys,
    marketing_plans,
    origins,
    promises,
    promotion,
    revival,
    scenes,
    segments,
    sends,
    sessions,
    templates_texts,
    told,
    training,
    website,
    wording,
)
from config.demo.cast import Cast, staff
from config.demo.history import History, Season
from config.demo.simulation import MADRID, Simulation
from insights.models import KpiTarget
from people.contact import outbox
from people.identity import identities
from people.models import Heartbeat, User
from programmes import site

SEED = 2027
BEGUN, FILLED = "demo begun", "demo filled"
# Enquiries a season: the one that is over, the one that runs, those to come
INTEREST = (10, 13, 24, 6)
DAYS_BEFORE = (95, 95, 150, 300)
TARGETS = {
    "kpi-1": 15,
    "kpi-2": 95,
    "kpi-3": 45,
    "kpi-4": 2,
    "kpi-5": 20,
    "kpi-6": 95,
    "enquiries": 60,
    "enrolments": 10,
    "collected": 10000,
}


def is_filled() -> bool:
    return Heartbeat.objects.filter(process=FILLED).exists()


def fill(*, tell: Callable[[str], None]) -> None:
    """Tell the history; ``tell`` hears of each chapter. Refuses a database that holds a school of somebody's own."""
    if settings.ENVIRONMENT.env == "production":
        raise RuntimeError("The demo school is never made in production.")
    now = timezone.now()
    _begin_afresh(now)
    with connection.cursor() as cursor:
        # Thousands of commits need not wait for the disk: whoever loses the last of them tells the history anew.
        cursor.execute("SET synchronous_commit = off")
    # Nobody needs to be woken: the history does each thing itself, at its own instant.
    celery_app.conf.broker_url = "memory://"
    begin = datetime.combine((now - timedelta(days=440)).date(), time(9), tzinfo=MADRID)
    site.build_site(at=begin)
    make_accounts(at=begin)
    clocks.set_up(at=begin)
    assignment.set_up(at=begin)
    templates_texts.make_reply_templates()
    templates_texts.make_surveys()
    wording.write(at=begin)
    programmes = catalogue.publish_all(at=begin)
    catalogue.give_logins()
    # Wagtail writes down by itself that pages were made, and knows no clock but the machine's.
    PageLogEntry.objects.update(timestamp=begin)
    for kpi, value in TARGETS.items():
        KpiTarget.objects.create(kpi=kpi, value=value, valid_from=begin.date())
    simulation = Simulation(now=now, seed=SEED)
    today = now.astimezone(MADRID).date()
    cast = Cast(simulation, today=today)
    cast.make_campaigns(begin)
    seasons = []
    for programme in programmes:
        intakes = catalogue.make_intakes(programme, today=today)
        for intake, interest, days_before in zip(intakes, INTEREST, DAYS_BEFORE, strict=False):
            if intake.starts_on is None:
                continue  # it begins whenever somebody enrols
            starts_at = datetime.combine(intake.starts_on, time(9), tzinfo=MADRID)
            seasons.append(Season(intake, starts_at, interest + simulation.chance.randrange(5), days_before))
    tell("  a year of enquiries, answers, enrolments and classes")
    website.publish(at=begin, today=today)
    arguments.write()
    history = History(simulation, cast)
    scenes.schedule(simulation, history)
    told.schedule(simulation)
    for stories in (clocks, assignment, channels):
        stories.schedule(simulation)
    history.play(seasons)
    tell("  what came in since yesterday")
    scenes.leave_work(simulation, cast)
    care.finish(simulation)
    arguments.use(at=now)
    benchmark.play(at=now, by=staff("marketing"))
    promotion.promote(at=now)
    editing.leave_to_edit(at=now)
    segments.make_segments(at=now, by=staff("marketing"))
    wording.play(at=now)
    sends.write_to_many(now=now)
    journeys.play(at=now)
    desk.play(at=now)
    training.set_up(at=now)
    promises.make_promises(at=now)
    tell("  campaigns, forms, sessions, and where people came from")
    campaigns.plan(at=now)
    marketing_plans.play(at=now)
    forms.place_forms(at=now)
    doors.open_doors(at=now)
    sessions.hold_sessions(at=now)
    revival.play(at=now)
    origins.fill(at=now, by=staff("marketing"))
    outbox.deliver_due(at=now, limit=5000)
    Heartbeat.objects.create(process=FILLED, at=now)


def make_accounts(*, at: datetime) -> None:
    """The demo's accounts, each with a verified address; people who are not staff also get their person."""
    for account in accounts.ACCOUNTS:
        user = User.objects.create_user(
            account.email,
            accounts.PASSWORD,
            first_name=account.given_name,
            last_name=account.family_name,
            is_staff=bool(account.role),
        )
        EmailAddress.objects.create(user=user, email=account.email, verified=True, primary=True)
        if account.role:
            user.groups.add(Group.objects.get(name=account.role))
            continue
        person, _created = identities.match_or_create(
            at=at,
            email=account.email,
            given_name=account.given_name,
            family_name=account.family_name,
            language=account.language,
            source="demo",
        )
        person.user = user
        person.save(update_fields=["user"])


def _begin_afresh(now: datetime) -> None:
    """Empty what an interrupted filling left; refuse to touch people that did not come from one."""
    begun = Heartbeat.objects.filter(process=BEGUN).exists()
    if begun:
        # Not flush: Wagtail's own root page and locales come from migrations.
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    elif User.objects.exists():
        raise RuntimeError("The database already holds a school; the demo needs an empty one.")
    Heartbeat.objects.create(process=BEGUN, at=now)
