"""Acts on many cases of the queue, taking them back, and saved views."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from contact_centre import bulk, saved_views, snoozing, undo
from contact_centre.models import Case, DeskAct
from contact_centre.views import queue
from contact_centre.views.shared import ASSIGN, READ, TAKE


@require_POST
@permission_required(TAKE, raise_exception=True)
def act(request):
    """Do to the ticked cases what the button says."""
    do = {"close": _close, "put_back": _put_back, "snooze": _snooze, "wake": _wake}.get(request.POST.get("act", ""))
    if do is None:
        messages.error(request, _("Nothing was done: choose what to do."))
    else:
        do(request, queue.chosen(request), at=timezone.now())
    return redirect(queue.way_back(request))


def _close(request, cases, *, at):
    result = bulk.close(cases, by=request.user, at=at, note=request.POST.get("note", "")[:500])
    words = ngettext("%(count)d case closed.", "%(count)d cases closed.", result.count) % {"count": result.count}
    queue.say(request, result, words, _("Nothing was closed: choose cases that are yours or nobody’s."))


def _put_back(request, cases, *, at):
    result = bulk.put_back(cases, by=request.user, at=at)
    words = ngettext("%(count)d case put back in the queue.", "%(count)d cases put back in the queue.", result.count)
    nothing = _("Nothing was put back: choose cases that are in your hands.")
    queue.say(request, result, words % {"count": result.count}, nothing)


def _snooze(request, cases, *, at):
    until = until_of(request, at=at)
    if until is None or until <= at:
        messages.error(request, _("Say until when, an hour in the future."))
        return
    if not cases:
        messages.warning(request, _("Nothing was put aside: choose cases."))
        return
    aside = snoozing.snooze(cases, until=until, by=request.user, at=at)
    words = ngettext("%(count)d case put aside.", "%(count)d cases put aside.", aside.count) % {"count": aside.count}
    if aside.shortened:
        words += " " + ngettext(
            "%(count)d comes back before its promise ends.",
            "%(count)d come back before their promise ends.",
            aside.shortened,
        ) % {"count": aside.shortened}
    result = bulk.Result(aside.count, aside.refused, aside.act)
    queue.say(request, result, words, _("Nothing was put aside: these are due too soon, or somebody else’s."))


def _wake(request, cases, *, at):
    asleep = [case for case in cases if case.snoozed_until is not None]
    back = sum(snoozing.wake(case, by=request.user, at=at) for case in asleep)
    nothing = _("Nothing was brought back: choose cases that are put aside and not somebody else’s.")
    queue.say(request, bulk.Result(back, len(asleep) - back, None), _("They are back in the queue."), nothing)


def until_of(request, *, at):
    """The instant that was chosen: a quick choice, or a day and hour of one's own. None if it makes no sense."""
    code = request.POST.get("until", "")
    quick = {name: instant for name, _words, instant in snoozing.choices(at=at)}
    if code in quick:
        return quick[code]
    try:
        typed = parse_datetime(request.POST.get("until_at", ""))
    except ValueError:
        return None
    return timezone.make_aware(typed) if typed is not None and timezone.is_naive(typed) else typed


@require_POST
@permission_required(TAKE, raise_exception=True)
def snooze(request, uuid):
    case = get_object_or_404(Case, uuid=uuid)
    if request.POST.get("act") == "wake":
        if snoozing.wake(case, by=request.user, at=timezone.now()):
            messages.success(request, _("The case is back in the queue."))
        else:
            messages.error(request, _("Nothing was changed: somebody else holds this case."))
    else:
        _snooze(request, [case], at=timezone.now())
    return redirect("contact_centre_case", case.uuid)


@require_POST
@permission_required(TAKE, raise_exception=True)
def undo_act(request, uuid: UUID):
    done = get_object_or_404(DeskAct, uuid=uuid, by=request.user)
    try:
        result = undo.undo(done, by=request.user, at=timezone.now())
    except undo.TooLate:
        messages.error(request, _("This cannot be undone any more."))
        return redirect(queue.way_back(request))
    words = ngettext("%(count)d case is as it was.", "%(count)d cases are as they were.", result.count)
    words = words % {"count": result.count}
    if result.changed_since:
        left = ngettext(
            "%(count)d was left: something has been done with it since.",
            "%(count)d were left: something has been done with them since.",
            result.changed_since,
        )
        messages.warning(request, f"{words} {left % {'count': result.changed_since}}")
    else:
        messages.success(request, words)
    return redirect(queue.way_back(request))


@require_POST
def keep_view(request):
    """Keep the filters on screen under a name; for everybody only by those who give cases."""
    _refuse_strangers(request)
    name = request.POST.get("name", "").strip()
    filters = queue.read_filters(request.POST)
    is_shared = bool(request.POST.get("is_shared")) and request.user.has_perm(ASSIGN)
    try:
        if not name:
            messages.error(request, _("Give the view a name."))
        else:
            saved_views.save(request.user, name=name, query=filters.query(), is_shared=is_shared)
    except saved_views.NameTaken:
        messages.error(request, _("You have a view of this name."))
    except saved_views.TooMany:
        messages.error(request, _("You have as many views as fit. Remove one first."))
    return redirect(f"{reverse('contact_centre_queue')}?{filters.query()}")


@require_POST
def change_view(request, pk, act):
    _refuse_strangers(request)
    if act == "remove":
        saved_views.remove(request.user, pk)
    elif act == "up":
        saved_views.move_up(request.user, pk)
    elif request.user.has_perm(ASSIGN):
        saved_views.share(request.user, pk, is_shared=act == "share")
    return redirect(queue.way_back(request))


def _refuse_strangers(request):
    if not any(request.user.has_perm(name) for name in (READ, TAKE)):
        raise PermissionDenied
