"""The desk's views of commercial slots: calendar, preview, stopping and resuming."""

from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people.contact import mails
from people.own_data.links import absolute
from programmes.models import LANGUAGES, Slot
from programmes.slots import planning, wording

SEE, CHANGE = "programmes.view_slot", "programmes.change_slot"


def span(slot: Slot) -> str:
    """From when until when, in the school's days."""
    first = timezone.localdate(slot.starts_at)
    last = timezone.localdate(slot.ends_at - timedelta(microseconds=1))
    return f"{date_format(first, 'SHORT_DATE_FORMAT')} – {date_format(last, 'SHORT_DATE_FORMAT')}"


@permission_required(SEE, raise_exception=True)
@require_safe
def calendar(request):
    """Ten weeks of the plan, by place; ``from`` is any day of the first week."""
    at = timezone.now()
    today = timezone.localdate(at)
    try:
        first = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        first = today - timedelta(weeks=2)
    first = min(max(first, date(2000, 1, 3)), date(2100, 1, 1))
    step = timedelta(weeks=planning.WEEKS_SHOWN - 2)
    plan = planning.calendar(first=first, at=at)
    context = {
        "plan": plan,
        "earlier": (plan.mondays[0] - step).isoformat(),
        "later": (plan.mondays[0] + step).isoformat(),
        "is_now": plan.today_is_day is not None,
        "breadcrumbs_items": [
            {"url": reverse("programmes_slots:index"), "label": _("Commercial slots")},
            {"url": "", "label": _("Calendar")},
        ],
        "page_title": _("Calendar"),
        "header_title": _("Calendar"),
        "header_icon": "calendar",
        "may_add": request.user.has_perm("programmes.add_slot"),
    }
    return render(request, "programmes/admin/slot_calendar.html", context)


@permission_required(SEE, raise_exception=True)
@require_safe
def preview(request, pk):
    """The slot as readers see it in one language, on a page of its own that a frame shows."""
    slot = get_object_or_404(Slot.objects.select_related("programme__field"), pk=pk)
    asked = request.GET.get("in", "")
    language = asked if asked in LANGUAGES else (slot.language or LANGUAGES[0])
    with translation.override(language):
        request.LANGUAGE_CODE = language
        headline, text = wording.words_of(slot, language=language, on=timezone.localdate())
        slot.sheet_title = slot.programme.title_in(language)
        if slot.place == Slot.Place.NEWSLETTER:
            return render(request, "people/mail.html", _mail(slot, headline, text, language))
        shown = {"slot": slot, "headline": headline, "text": text, "language": language, "is_preview": True}
        return render(request, "programmes/admin/slot_preview.html", shown)


def _mail(slot: Slot, headline: str, text: str, language: str) -> dict:
    """A newsletter of two lines around it."""
    address = absolute(reverse("slot_follow", args=[slot.uuid]))
    offer = mails.Offer(title=f"{headline} – {text}" if text else headline, url=f"{address}?in={language}")
    return mails.letterhead(language) | {
        "language": language,
        "subject": slot.name,
        "paragraphs": [_("Here stands what the newsletter says. Below it comes the slot:")],
        "reason": "",
        "offers": [offer],
        "preferences_url": "#",
    }


@require_POST
@permission_required(CHANGE, raise_exception=True)
def stop(request, pk):
    """Take it off the pages now."""
    slot = planning.stop(get_object_or_404(Slot, pk=pk), at=timezone.now(), by=request.user)
    messages.success(request, _("“%(name)s” is not shown any more.") % {"name": slot.name})
    return redirect("programmes_slots:inspect", slot.pk)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def resume(request, pk):
    """Put it back for what is left of its time."""
    slot = planning.resume(get_object_or_404(Slot, pk=pk), at=timezone.now(), by=request.user)
    messages.success(request, _("“%(name)s” is shown again in its time.") % {"name": slot.name})
    return redirect("programmes_slots:inspect", slot.pk)
