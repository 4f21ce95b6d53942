"""What came of a form: how many finish it, which field stops them, which variant does better, and whether it adds up.

Who is shown a form and begins it is counted by browsers that run scripts and do not ask to be left alone; what was sent
is counted here, whoever sent it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import get_language

from contact_centre.sends import comparing
from contact_centre.sends.comparing import Share
from enquiries.asking import drawing, library
from enquiries.models import Download, Enquiry, Form, FormCount, FormFieldCount, Submission

Outcome = Submission.Outcome
DIFFERENCE = 0.05  # what is worth finding, in shares, where the editor named no sample


@dataclass(frozen=True)
class FieldLine:
    """How a field did: how often it was filled in, refused, and the last before somebody went away."""

    key: str
    label: str
    filled: int
    refused: int
    left: int


@dataclass(frozen=True)
class VariantLine:
    """How a variant did. ``reached`` is the share of the planned sample that saw it, in percent, or None."""

    letter: str
    shown: int
    begun: int
    completed: Share
    reached: int | None
    is_better: bool


@dataclass(frozen=True)
class DayLine:
    """What was sent on a day, by what became of it; ``kept`` are the enquiries that stand in the house."""

    on: date
    sent: int
    enquiries: int
    repeated: int
    suspects: int
    refused: int
    kept: int
    found_real: int

    @property
    def adds_up(self) -> bool:
        """Every sending is accounted for, and every enquiry said to be made is there."""
        parts = self.enquiries + self.repeated + self.suspects + self.refused
        return self.sent == parts and self.kept == self.enquiries + self.found_real


@dataclass(frozen=True)
class Report:
    """A form over some days."""

    shown: int
    begun: int
    enquiries: int
    sent: int
    fields: list[FieldLine]
    variants: list[VariantLine]
    days: list[DayLine]
    may_judge: bool
    downloads: int = 0
    funnel: list[tuple[str, int]] = field(default_factory=list)

    @property
    def completed(self) -> Share:
        return share_of(self.enquiries, self.shown)

    @property
    def adds_up(self) -> bool:
        return all(day.adds_up for day in self.days)


def share_of(hits: int, total: int) -> Share:
    """A share that cannot be more than all: those who send without being counted as shown make none of it."""
    return Share(hits, max(hits, total))


def of_form(form: Form, *, first: date, last: date) -> Report:
    """The report of a form from ``first`` to ``last``, both included. A constant number of queries."""
    counts = FormCount.objects.filter(form=form, on__gte=first, on__lte=last).order_by()
    seen = {row["variant"]: row for row in counts.values("variant").annotate(shown=Sum("shown"), begun=Sum("begun"))}
    days = by_day([form.pk], first=first, last=last)
    variants = _variants(form, seen, first=first, last=last)
    plan = form.planned_sample
    return Report(
        shown=sum(row["shown"] for row in seen.values()),
        begun=sum(row["begun"] for row in seen.values()),
        enquiries=sum(day.enquiries for day in days),
        sent=sum(day.sent for day in days),
        fields=_fields(form, first=first, last=last),
        variants=variants,
        days=days,
        may_judge=plan is not None and len(variants) > 1 and all(line.shown >= plan for line in variants),
        downloads=Download.objects.filter(form=form, at__gte=_start(first), at__lt=_end(last)).count(),
        funnel=_funnel(form, first=first, last=last),
    )


def by_day(forms: Iterable[int] | None, *, first: date, last: date) -> list[DayLine]:
    """What was sent each day, and what became of it, the last day first; of all forms and doors where none is named."""
    sent = Submission.objects.filter(at__gte=_start(first), at__lt=_end(last))
    if forms is not None:
        sent = sent.filter(form__in=forms)
    outcomes: Iterable[Any] = (
        sent.annotate(on=TruncDate("at"))
        .values("on")
        .order_by("-on")
        .annotate(
            sent=Count("pk"),
            found_real=Count("pk", filter=Q(outcome=Outcome.SUSPECT, decision=Submission.Decision.REAL)),
            **{f"n_{code}": Count("pk", filter=Q(outcome=code)) for code in Outcome.values},
        )
    )
    standing = sent.filter(outcome__in=(Outcome.ENQUIRY, Outcome.SUSPECT), enquiry__isnull=False)
    made = dict(
        standing.annotate(on=TruncDate("at")).order_by().values_list("on").annotate(n=Count("enquiry", distinct=True))
    )
    return [
        DayLine(
            on=row["on"],
            sent=row["sent"],
            enquiries=row["n_enquiry"],
            repeated=row["n_repeated"],
            suspects=row["n_suspect"],
            refused=row["n_refused"],
            kept=made.get(row["on"], 0),
            found_real=row["found_real"],
        )
        for row in outcomes
    ]


def sample_for(form: Form, *, at: datetime) -> int | None:
    """How many must see each variant to find a difference of five points, from how the form did in the past month."""
    report = of_form(form, first=timezone.localdate(at) - timedelta(days=30), last=timezone.localdate(at))
    wordings = max(len(drawing.of_form(form)), 2)
    try:
        return comparing.planned_sample(report.completed.value, DIFFERENCE, wordings=wordings)
    except ValueError:
        return None


def _variants(form: Form, seen: Mapping[str, Any], *, first: date, last: date) -> list[VariantLine]:
    letters = sorted(drawing.of_form(form))
    if not letters:
        return []
    sent = Submission.objects.filter(
        form=form, outcome=Outcome.ENQUIRY, at__gte=_start(first), at__lt=_end(last)
    )  # fmt: skip
    made = dict(sent.order_by().values_list("variant").annotate(n=Count("pk")))
    shares, lines = {}, []
    for number, letter in enumerate(letters):
        row = seen.get(letter, {"shown": 0, "begun": 0})
        shares[number] = share_of(made.get(letter, 0), row["shown"])
    plan = form.planned_sample
    reached = plan and all((seen.get(letter) or {"shown": 0})["shown"] >= plan for letter in letters)
    best = comparing.best_of(shares) if reached else None
    for number, letter in enumerate(letters):
        row = seen.get(letter, {"shown": 0, "begun": 0})
        lines.append(
            VariantLine(
                letter=letter,
                shown=row["shown"],
                begun=row["begun"],
                completed=shares[number],
                reached=min(100, 100 * row["shown"] // plan) if plan else None,
                is_better=number == best,
            )
        )
    return lines


def _fields(form: Form, *, first: date, last: date) -> list[FieldLine]:
    sums = {
        row["key"]: row
        for row in FormFieldCount.objects.filter(form=form, on__gte=first, on__lte=last)
        .order_by()
        .values("key")
        .annotate(filled=Sum("filled"), refused=Sum("refused"), gone=Sum("left"))
    }
    rows = sorted(form.fields.all(), key=lambda row: (row.step, row.position, row.pk))
    nothing = {"filled": 0, "refused": 0, "gone": 0}
    return [
        FieldLine(
            key=row.key,
            label=library.label_of(row, _language()),
            filled=(found := sums.get(row.key, nothing))["filled"],
            refused=found["refused"],
            left=found["gone"],
        )
        for row in rows
    ]


def _funnel(form: Form, *, first: date, last: date) -> list[tuple[str, int]]:
    """How far those who sent it have come."""
    sums = Enquiry.objects.filter(form=form, received_at__gte=_start(first), received_at__lt=_end(last)).aggregate(
        enquiries=Count("pk"),
        contacted=Count("pk", filter=Q(contacted_at__isnull=False) | Q(state__in=Enquiry.REACHED)),
        applied=Count("pk", filter=Q(state__in=(Enquiry.State.APPLIED, Enquiry.State.ENROLLED))),
        enrolled=Count("pk", filter=Q(state=Enquiry.State.ENROLLED)),
    )
    return list(sums.items())


def _language() -> str:
    return (get_language() or "ca")[:2]


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _end(day: date) -> datetime:
    return _start(day + timedelta(days=1))
