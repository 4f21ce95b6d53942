"""Print batches: the short address of each printed run, where it leads, and what comes of it.

Paper stays as it was printed, so a code is never given twice and its address goes on answering for as long as the
batch is kept, also when what it led to is gone.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import choice
from urllib.parse import urlencode

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from wagtail.models import Page

from people.models import User
from people.own_data.links import absolute
from programmes.day_counts import raise_by_one
from programmes.models import PrintBatch, PrintBatchCount
from programmes.printed import destinations

SOURCE = "print"
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without those taken for one another: 0 o, 1 i l
CODE_LENGTH = 5  # 28 million codes, and still typed without an error
CODE = re.compile(r"[a-z0-9]{3,12}")


@dataclass(frozen=True)
class Figures:
    """Sums over some days."""

    visits: int = 0
    enquiries: int = 0

    @property
    def enquiry_share(self) -> float | None:
        return self.enquiries / self.visits if self.visits else None

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.visits + other.visits, self.enquiries + other.enquiries)


def make(batch: PrintBatch, *, at: datetime, by: User | None) -> PrintBatch:
    """Keep a new batch; without a code of its own it is given one that no other batch has."""
    batch.made_at, batch.by = at, by
    if batch.code:
        batch.save()
        return batch
    while True:
        batch.code = "".join(choice(ALPHABET) for _letter in range(CODE_LENGTH))
        try:
            with transaction.atomic():
                batch.save()
        except IntegrityError:
            if not PrintBatch.objects.filter(code=batch.code).exists():
                raise  # it was not the code
        else:
            return batch


def find(code: str) -> PrintBatch | None:
    """The batch with ``code``, however it was typed: in capitals, with spaces or a full stop after it."""
    wanted = re.sub(r"[^a-z0-9]", "", code.lower())
    if not CODE.fullmatch(wanted):
        return None
    return PrintBatch.objects.select_related("programme", "page").filter(code=wanted).first()


def destination(batch: PrintBatch) -> Page | None:
    """The page it leads to; None when what it led to is not offered any more.

    Its own page while that is published, else the sheet of its programme in the batch's language, else, without a
    programme, the catalogue.
    """
    if batch.page and batch.page.live:
        return batch.page
    if batch.programme and not batch.programme.is_open:
        return None
    if batch.programme:
        return batch.programme.sheet_in(batch.language)
    return destinations.sheet_or_catalogue(None, language=batch.language)


def short_address(batch: PrintBatch) -> str:
    """What stands on the paper and in its QR code."""
    return absolute(f"/q/{batch.code}")


def utm_of(batch: PrintBatch) -> str:
    """What the address carries on, so that an enquiry is counted for the batch and for its campaign."""
    said = {"utm_source": SOURCE, "utm_medium": batch.kind, "utm_campaign": batch.campaign, "utm_content": batch.code}
    return urlencode({name: value for name, value in said.items() if value})


def note_visit(batch: PrintBatch, *, at: datetime) -> bool:
    """Somebody followed the short address."""
    return raise_by_one(PrintBatchCount, "visits", of=PrintBatch.objects.filter(pk=batch.pk), on=timezone.localdate(at))


def note_enquiry(utm: Mapping[str, str], *, at: datetime) -> bool:
    """An enquiry arrived with these utm parameters; False unless they name a batch of ours."""
    if utm.get("utm_source") != SOURCE or not utm.get("utm_content"):
        return False
    named = PrintBatch.objects.filter(code=utm["utm_content"].lower())
    return raise_by_one(PrintBatchCount, "enquiries", of=named, on=timezone.localdate(at))


def figures(batch_ids: Iterable[int], *, since: date | None = None) -> dict[int, Figures]:
    """The figures of each batch, by its id; zeroes where nothing was counted. One query."""
    batch_ids = list(batch_ids)
    rows = PrintBatchCount.objects.filter(batch__in=batch_ids)
    if since is not None:
        rows = rows.filter(on__gte=since)
    sums = rows.order_by().values_list("batch").annotate(Sum("visits"), Sum("enquiries"))
    found = {batch: Figures(*numbers) for batch, *numbers in sums}
    return {batch_id: found.get(batch_id, Figures()) for batch_id in batch_ids}


def by_week(batch: PrintBatch) -> list[tuple[date, Figures]]:
    """The figures of each week in which something was counted, by its Monday, the last week first."""
    weeks: dict[date, Figures] = {}
    for count in PrintBatchCount.objects.filter(batch=batch).order_by("-on"):
        monday = count.on - timedelta(days=count.on.weekday())
        weeks[monday] = weeks.get(monday, Figures()) + Figures(count.visits, count.enquiries)
    return list(weeks.items())
