"""The agreement between marketing and sales: signed by two, and measured against what came."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from contact_centre import notices
from contact_centre.metrics.log import Period
from contact_centre.segments import membership, rules
from enquiries.models import Enquiry, LeadAgreement
from people.access import holders
from people.models import User

TERMS = (
    "programme_id", "intake_id", "profile_id", "from_day", "until_day", "enquiries", "fit_percent", "answer_hours",
)  # fmt: skip
MARKETING, SALES = "marketing", "sales"
RIGHTS = {MARKETING: "enquiries.sign_for_marketing", SALES: "enquiries.sign_for_sales"}
OTHER = {MARKETING: SALES, SALES: MARKETING}


class SameHand(Exception):
    """Whoever signed for one side cannot sign for the other."""


class Unsigned(Exception):
    """Neither side has signed, or they signed something else."""


@transaction.atomic
def keep(agreement: LeadAgreement, *, at: datetime, by: User | None) -> LeadAgreement:
    """Save the agreement; if any of its terms changed, it has to be signed again by both."""
    if agreement.pk:
        held = LeadAgreement.objects.select_for_update().get(pk=agreement.pk)
        differs = [name for name in TERMS if getattr(held, name) != getattr(agreement, name)]
        for name in ("marketing_by_id", "marketing_signed_at", "sales_by_id", "sales_signed_at"):
            setattr(agreement, name, None if differs else getattr(held, name))
        if differs and (held.marketing_signed_at or held.sales_signed_at):
            log(instance=held, action="enquiries.agreement_opened", user=by, timestamp=at, data={"changed": differs})
    agreement.save()
    return agreement


@transaction.atomic
def sign(agreement: LeadAgreement, side: str, *, at: datetime, by: User) -> LeadAgreement:
    """Put the signature of ``by`` under the agreement for one side; signed already, it stays as it was.

    Raises SameHand if they signed for the other side. The first signature asks those who may give the second.
    """
    agreement = LeadAgreement.objects.select_for_update().get(pk=agreement.pk)
    _forget_if_profile_changed(agreement)
    if getattr(agreement, f"{side}_signed_at"):
        return agreement
    if getattr(agreement, f"{OTHER[side]}_by_id") == by.pk:
        raise SameHand(agreement.pk)
    setattr(agreement, f"{side}_by", by)
    setattr(agreement, f"{side}_signed_at", at)
    agreement.save()
    log(instance=agreement, action="enquiries.agreement_signed", user=by, timestamp=at, data={"side": side})
    if not getattr(agreement, f"{OTHER[side]}_signed_at"):
        notices.tell_all(
            holders.of_right(RIGHTS[OTHER[side]]).exclude(pk=by.pk),
            key=f"agreement:{agreement.pk}:{side}:{at:%Y%m%d%H%M%S}",
            text=_("An agreement between marketing and sales waits for your signature."),
            url=reverse("lead_agreements:inspect", args=[agreement.pk]),
            at=at,
        )
    return agreement


def profile_changed(agreement: LeadAgreement) -> bool:
    """Whether the segment that describes the profile was changed after somebody signed."""
    signed = [one for one in (agreement.marketing_signed_at, agreement.sales_signed_at) if one]
    return bool(signed) and agreement.profile.changed_at > min(signed)


def _forget_if_profile_changed(agreement: LeadAgreement) -> None:
    if profile_changed(agreement):
        agreement.marketing_by = agreement.sales_by = None
        agreement.marketing_signed_at = agreement.sales_signed_at = None


def is_in_force(agreement: LeadAgreement) -> bool:
    """Signed by both, and still what they signed."""
    return bool(agreement.marketing_signed_at and agreement.sales_signed_at) and not profile_changed(agreement)


@dataclass(frozen=True)
class Standing:
    """What came of an agreement so far, against what was agreed. Shares are None while there is nothing to count."""

    agreed: int
    received: int
    expected: int  # by now, if they came evenly
    fitting: int | None  # None: the profile's rules cannot be read
    agreed_percent: int
    answered: int
    answered_in_time: int
    still_in_time: int

    @property
    def volume_percent(self) -> int | None:
        return round(100 * self.received / self.agreed) if self.agreed else None

    @property
    def fit_percent(self) -> int | None:
        return round(100 * self.fitting / self.received) if self.received and self.fitting is not None else None

    @property
    def is_fit(self) -> bool:
        return self.fit_percent is not None and self.fit_percent >= self.agreed_percent

    @property
    def is_on_course(self) -> bool:
        return self.received >= self.expected

    @property
    def in_time_percent(self) -> int | None:
        return round(100 * self.answered_in_time / self.answered) if self.answered else None


def standing(agreement: LeadAgreement, *, at: datetime) -> Standing:
    """How the agreement stands at ``at``: volume, share of the profile, and answers within the agreed hours.

    Whether people meet the profile is asked as of ``at``, in one statement however many they are.
    """
    since, until = _span(agreement)
    received = enquiries_of(agreement).filter(received_at__lt=at)
    count = received.count()
    share = min(max((at - since) / (until - since), 0), 1)
    answered, in_time, waiting = _answers(agreement, received, since, until, at=at)
    return Standing(
        agreed=agreement.enquiries,
        received=count,
        expected=int(agreement.enquiries * share),
        fitting=_fitting(agreement, received, at=at),
        agreed_percent=agreement.fit_percent,
        answered=answered,
        answered_in_time=in_time,
        still_in_time=waiting,
    )


def enquiries_of(agreement: LeadAgreement) -> QuerySet[Enquiry]:
    """The enquiries the agreement is about: of its days, its programme and its intake, and no invalid ones."""
    since, until = _span(agreement)
    found = Enquiry.objects.live().exclude(state=Enquiry.State.INVALID)
    found = found.filter(received_at__gte=since, received_at__lt=until)
    if agreement.programme_id:
        found = found.filter(programme=agreement.programme_id)
    if agreement.intake_id:
        found = found.filter(intake=agreement.intake_id)
    return found


def _fitting(agreement: LeadAgreement, received: QuerySet[Enquiry], *, at: datetime) -> int | None:
    try:
        people = membership.people_of(agreement.profile, at=at)
    except rules.BadRules:
        return None
    return received.filter(person__in=people.order_by().values("pk")).count()


def _answers(
    agreement: LeadAgreement, received: QuerySet[Enquiry], since: datetime, until: datetime, *, at: datetime
) -> tuple[int, int, int]:
    """Of the cases of ``received``: how many count, how many were answered in time, how many still may be."""
    within = timedelta(hours=agreement.answer_hours)
    ours = set(received.exclude(case=None).values_list("case", flat=True))
    counted = in_time = waiting = 0
    for case in Period(since, until, at).cases() if ours else []:
        if case.case_id not in ours:
            continue
        if case.answered_at is None and case.opened_at + within > at:
            waiting += 1
            continue
        counted += 1
        in_time += case.answered_at is not None and case.answered_at <= case.opened_at + within
    return counted, in_time, waiting


def _span(agreement: LeadAgreement) -> tuple[datetime, datetime]:
    zone = timezone.get_default_timezone()
    since = timezone.make_aware(datetime.combine(agreement.from_day, time.min), zone)
    return since, timezone.make_aware(datetime.combine(agreement.until_day + timedelta(days=1), time.min), zone)
