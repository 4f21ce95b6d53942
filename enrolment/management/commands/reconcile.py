"""The three-way proof of money: provider, ledger, enrolments."""

import json
from dataclasses import asdict

from django.core.management.base import BaseCommand
from django.utils import timezone

from enrolment import payments
from enrolment.stripe_gateway import ProviderDown, ProviderRefused


class Command(BaseCommand):
    help = "Compare what the payment provider, the ledger and the enrolments say. Status 0: they agree; 1: they do not."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args, json: bool = False, **options):
        try:
            found = payments.reconcile(at=timezone.now())
        except (ProviderDown, ProviderRefused) as error:
            self.stderr.write(f"The payment provider does not answer: {error}")
            raise SystemExit(2) from error
        self._print(found, as_json=json)
        if found:
            raise SystemExit(1)

    def _print(self, found, *, as_json):
        if as_json:
            answer = {"agrees": not found, "mismatches": [asdict(one) for one in found]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for one in found:
            self.stdout.write(f"{one.kind}\t{one.about}\t{one.what}")
        self.stdout.write("Provider, ledger and enrolments agree." if not found else f"{len(found)} do not agree.")
