"""``manage.py kpis``: the KPIs with numerator, denominator, target and formula."""

import json
from datetime import date, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from enquiries.models import Campaign
from insights import kpis


class Command(BaseCommand):
    help = "Prints the KPIs of a period, for the whole school or for one campaign."

    def add_arguments(self, parser):
        parser.add_argument("--campaign", metavar="SLUG")
        parser.add_argument("--from", dest="start", metavar="DATE", type=_day)
        parser.add_argument("--to", dest="end", metavar="DATE", type=_day)
        parser.add_argument("--json", action="store_true", help="print one JSON list as the last line")

    def handle(self, *args, **options):
        end = options["end"] or timezone.localdate()
        start = options["start"] or end - timedelta(days=29)
        if start > end:
            raise CommandError("--from must not be later than --to.", returncode=2)
        figures = kpis.measure_all(kpis.Period(start, end, _campaign(options["campaign"])))
        if options["json"]:
            self.stdout.write(json.dumps([_as_dict(figure) for figure in figures]))
            return
        self.stdout.write(f"{start} – {end}")
        for figure in figures:
            counts = f"{figure.numerator:g}" + ("" if figure.denominator is None else f" / {figure.denominator:g}")
            value = "–" if figure.value is None else f"{figure.value:g}"
            target = "" if figure.target is None else f"target {figure.target:g}"
            self.stdout.write(f"{figure.kpi.name!s:<40} {value:>10} {figure.kpi.unit:<11} {counts:<16} {target}")
            self.stdout.write(f"    {figure.kpi.formula} (version {figure.kpi.version})")


def _campaign(slug: str | None) -> Campaign | None:
    if not slug:
        return None
    campaign = Campaign.objects.filter(slug=slug).first()
    if campaign is None:
        raise CommandError(f"There is no campaign {slug!r}.", returncode=2)
    return campaign


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is not a date such as 2027-01-31.", returncode=2)


def _as_dict(figure: kpis.Figure) -> dict:
    return {
        "id": figure.kpi.id,
        "name": str(figure.kpi.name),
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "unit": figure.kpi.unit,
        "target": figure.target,
        "formula": str(figure.kpi.formula),
        "version": figure.kpi.version,
    }
