import json

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from people import sweeping


class Command(BaseCommand):
    help = "Does all work that is due, once, in this process: what the scheduler would have caused."

    def add_arguments(self, parser):
        parser.add_argument("--now", help="the instant to take as now, as 2026-03-02T09:00 (default: the clock)")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *, now, json: bool, **_options):
        connection.ensure_connection()  # without a database each floor would fail in its turn, at length
        done = sweeping.sweep(at=_instant(now) if now else timezone.now())
        self.stdout.write(_as_json(done) if json else _as_lines(done))
        if done.get("failed"):
            raise SystemExit(1)


def _instant(text):
    try:
        instant = parse_datetime(text)
    except ValueError:
        instant = None
    if instant is None:
        raise CommandError(f"--now {text!r} is not an instant like 2026-03-02T09:00.", returncode=2)
    return instant if timezone.is_aware(instant) else timezone.make_aware(instant)


def _as_json(done):
    return json.dumps(done)


def _as_lines(done):
    return "\n".join(f"{what}: {count}" for what, count in done.items()) or "nothing was due"
