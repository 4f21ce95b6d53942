"""The calendar of campaigns: a month, a list, and the subscription of whoever looks at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView

from contact_centre import notices
from contact_centre.views.shared import DeskMixin
from enquiries.campaign_calendar import entries, months, subscriptions
from enquiries.campaign_calendar.entries import Entry, Kind
from enquiries.models import CalendarKey, Campaign
from people.own_data import limits, links
from people.views.own_pages import network_of

LIST_DAYS = 90
SHOWN = "calendar_address"  # in the session, until the page has shown it once
# Where the page of an entry is, and who may open it.
PAGES = {
    Kind.CAMPAIGN: ("campaigns:inspect", "enquiries.view_campaign"),
    Kind.ACTION: ("campaigns:inspect", "enquiries.view_campaign"),
    Kind.SEND: ("contact_centre_send", "contact_centre.view_send"),
    Kind.SESSION: ("enquiries_session", "enquiries.view_session"),
    Kind.POST: ("social_posts:edit", "enquiries.change_socialpost"),
}


@dataclass(frozen=True)
class Shown:
    """An entry as it stands on the page: with the address of its own page, for those who may open that."""

    entry: Entry
    url: str


class CalendarView(DeskMixin, TemplateView):
    """Everything marketing does, for everybody on staff: by month, or as a list from today on."""

    any_permission = (subscriptions.ENTER,)
    page_title = gettext_lazy("Calendar of campaigns")
    header_icon = "calendar-alt"
    template_name = "enquiries/admin/campaign_calendar.html"

    def get_context_data(self, **kwargs):
        said, today = self.request.GET, timezone.localdate()
        kinds = [kind for kind in Kind.values if kind in said.getlist("kind")] or Kind.values
        campaign = Campaign.objects.filter(pk=_number(said.get("campaign"))).first()
        month = months.read(said.get("month", ""), today=today)
        is_list = said.get("as") == "list"
        first, last = self._days(month, today, is_list=is_list)
        found = entries.between(first, last, kinds=kinds, campaign=campaign.pk if campaign else None)
        return super().get_context_data(
            is_list=is_list,
            today=today,
            month=month,
            is_empty=not found,
            weeks=[] if is_list else self._weeks(month, found),
            days=self._listed(found, today) if is_list else [],
            first=first,
            last=last,
            kinds=[(kind, label, kind in kinds) for kind, label in Kind.choices],
            campaigns=Campaign.objects.order_by("name").values_list("pk", "name"),
            campaign=campaign,
            query=self._query(kinds, campaign),
            outside=entries.sends_outside(),
            key=CalendarKey.objects.filter(user=self.request.user).first(),
            address=self.request.session.pop(SHOWN, ""),
            **kwargs,
        )

    def _days(self, month: months.Month, today: date, *, is_list: bool) -> tuple[date, date]:
        if is_list:
            return today, today + timedelta(days=LIST_DAYS)
        weeks = month.days()
        return weeks[0][0], weeks[-1][-1]

    def _weeks(self, month: months.Month, found: Iterable[Entry]) -> list[dict]:
        return [
            {
                "days": [(day, day.month == month.number) for day in week.days],
                "pieces": [(piece, self._shown(piece.entry)) for piece in week.pieces],
            }
            for week in month.weeks(found)
        ]

    def _listed(self, found: Iterable[Entry], today: date) -> list[tuple[date, list[Shown]]]:
        days: dict[date, list[Shown]] = {}
        for entry in found:
            days.setdefault(max(entry.first_day, today), []).append(self._shown(entry))
        return sorted(days.items())

    def _shown(self, entry: Entry) -> Shown:
        name, right = PAGES.get(Kind(entry.kind), ("", ""))
        return Shown(entry, reverse(name, args=[entry.row]) if name and self.request.user.has_perm(right) else "")

    def _query(self, kinds: Iterable[str], campaign: Campaign | None) -> str:
        """What is filtered, to go on in other months."""
        chosen = [f"kind={kind}" for kind in kinds] if list(kinds) != Kind.values else []
        return "&".join([*chosen, *([f"campaign={campaign.pk}"] if campaign else [])])


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


@require_POST
def subscribe(request):
    """Make an address for the reader's own calendar; the one they had ends."""
    secret = subscriptions.subscribe(request.user, at=timezone.now())
    request.session[SHOWN] = links.absolute(reverse("enquiries:calendar_feed", args=[secret]))
    return redirect("enquiries_calendar")


@require_POST
def end_subscription(request):
    """End the reader's address."""
    if subscriptions.end(request.user, at=timezone.now()):
        messages.success(request, _("The address leads nowhere any more."))
    return redirect("enquiries_calendar")


@require_safe
def feed(request, secret):
    """The calendar as a file, for whoever has the address; guessing addresses is slow."""
    at = timezone.now()
    try:
        limits.count("calendar_network", network_of(request), at=at)
        limits.count("calendar", secret, at=at)
    except limits.TooMany as refusal:
        busy = HttpResponse(status=429, content_type="text/plain; charset=utf-8")
        busy["Retry-After"] = str(max(1, int((refusal.until - at).total_seconds())))
        return busy
    reader = subscriptions.reader_of(secret, at=at)
    if reader is None:
        raise Http404
    with override(notices.language_of(reader)):
        home = links.absolute(reverse("enquiries_calendar"))
        file = subscriptions.feed(at=at, domain=request.get_host().partition(":")[0], url=home)
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="campaigns.ics"'
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"  # the address is a key
    patch_cache_control(response, private=True, max_age=900)
    return response
