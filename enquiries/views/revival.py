"""The laboratory of lost enquiries: its grid, its cells, its plays and what they brought."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enquiries.models import AgeBand, Enquiry, Play, PlayMember
from enquiries.revival import acting, cells, closing, grid, kept_counts, lift, plays, scale
from enquiries.revival.cells import Cell
from enquiries.roles import MAKE_PLAYS, RUN_PLAYS, SEE_PLAYS
from enquiries.views.revival_forms import PlayForm
from programmes.models import Programme

LEVELS = 5  # of the marks that show how many may be asked


@dataclass(frozen=True)
class Square:
    """What one square of the table shows."""

    total: int
    lawful: int
    ending: int
    level: int
    url: str
    running: str
    closed: str
    played: int


@require_safe
@permission_required(SEE_PLAYS, raise_exception=True)
def laboratory(request):
    """Reason by age, of all programmes or of one; every square leads to its cell."""
    found = kept_counts.latest(at=timezone.now(), is_fresh="fresh" in request.GET)
    if found is None:
        return _being_counted(request)
    named = found.programmes()
    chosen = request.GET.get("programme", "")
    known = {_code(pk) for pk, _title in named}
    counts = (
        [one for one in found.counts if _code(one.cell.programme_id) == chosen] if chosen in known else found.counts
    )
    most = max((one.lawful for one in _by_square(counts).values()), default=0)
    rows = []
    for reason, label in Enquiry.LostReason.choices:
        squares = [_square(counts, reason, age, chosen if chosen in known else "", most) for age in AgeBand.values]
        of_reason = [one for one in counts if one.cell.reason == reason]
        rows.append({"label": label, "squares": squares, "total": grid.summed(of_reason)})
    context = {
        "page_title": _("Lost enquiries"),
        "header_icon": "history",
        "rows": rows,
        "ages": AgeBand.labels,
        "sum": grid.summed(counts),
        "counted_at": found.at,
        "is_counting": kept_counts.is_under_way(),
        "programmes": [(_code(pk), title or _("No programme named")) for pk, title in named],
        "chosen": chosen,
        "plays": Play.objects.exclude(state=Play.State.DONE).order_by("-made_at")[:10],
        "levels": range(1, LEVELS + 1),
    }
    return render(request, "enquiries/admin/revival_grid.html", context)


@require_safe
@permission_required(SEE_PLAYS, raise_exception=True)
def cell(request):
    """One cell: who lies in it, what was tried, and what may be tried; without a programme, those it is made of."""
    reason, age = _reason_and_age(request.GET)
    found = kept_counts.latest(at=timezone.now())
    if found is None:
        return _being_counted(request)
    if not request.GET.get("programme"):
        counts = [one for one in found.counts if (one.cell.reason, one.cell.age) == (reason, age)]
        counts.sort(key=lambda one: -one.lawful)
        context = {
            "page_title": f"{Enquiry.LostReason(reason).label} · {AgeBand(age).label}",
            "header_icon": "history",
            "lines": [{"count": one, "url": _cell_url(one.cell)} for one in counts],
            "sum": grid.summed(counts),
        }
        return render(request, "enquiries/admin/revival_programmes.html", context)
    here = _cell(request.GET)
    count = found.of(here)
    tried = Play.objects.filter(reason=here.reason, age=here.age, programme=here.programme_id).order_by("-made_at")
    after, until = cells.lost_between(here.age, at=timezone.now())
    listed = {"state": "lost", "lost_reason": here.reason, "ended_at_to": timezone.localdate(until)}
    if after is not None:
        listed["ended_at_from"] = timezone.localdate(after)
    if here.programme_id is not None:
        listed["programme"] = here.programme_id
    context = {
        "page_title": f"{here.reason_name} · {here.age_name}",
        "page_subtitle": _title(here.programme_id),
        "header_icon": "history",
        "cell": here,
        "code": _code(here.programme_id),
        "count": count,
        "plays": [{"play": play, "result": lift.of(play)} for play in tried],
        "closed": closing.of(here).select_related("by").first(),
        "untried": [label for kind, label in Play.Kind.choices if kind not in {play.kind for play in tried}],
        "list_url": f"{reverse('enquiries_list:index')}?{urlencode(listed)}",
        "new_url": f"{reverse('enquiries_play_new')}?{_query(here)}",
        "may_make": request.user.has_perm(MAKE_PLAYS),
        "may_run": request.user.has_perm(RUN_PLAYS),
    }
    return render(request, "enquiries/admin/revival_cell.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MAKE_PLAYS, raise_exception=True)
def new(request):
    """Write a play for a cell down; it does nothing until it is started."""
    here = _cell(request.GET)
    name = f"{here.reason_name} · {here.age_name} · {_title(here.programme_id)}"[:160]
    form = PlayForm(request.POST or None, initial={"name": name, "kind": Play.Kind.CALL})
    if request.method == "POST" and form.is_valid():
        play = plays.make(form.draft(here), at=timezone.now(), by=request.user)
        return redirect("enquiries_play", play.uuid)
    context = {
        "page_title": _("New play"),
        "page_subtitle": name,
        "header_icon": "history",
        "form": form,
        "action_url": request.get_full_path(),
        "submit_button_label": _("Write it down"),
        "submit_button_active_label": _("Saving…"),
        "back": _cell_url(here),
    }
    return render(request, "enquiries/admin/revival_new.html", context, status=422 if form.errors else 200)


@require_safe
@permission_required(SEE_PLAYS, raise_exception=True)
def play(request, uuid):
    """One play: what it does, how far it is, and what it brought."""
    shown = get_object_or_404(
        Play.objects.select_related("programme", "template", "journey", "call_list", "by"), uuid=uuid
    )
    result, claimed = lift.of(shown), (shown.claimed_low, shown.claimed_high)
    out = PlayMember.objects.filter(play=shown, state=PlayMember.State.EXCLUDED).values_list("why")
    context = {
        "page_title": shown.name,
        "header_icon": "history",
        "play": shown,
        "cell": cells.of_play(shown),
        "cell_url": _cell_url(cells.of_play(shown)),
        "programme": _title(shown.programme_id),
        "missing": plays.missing(shown) if shown.state == Play.State.DRAFT else [],
        "result": result,
        "lines": _lines(result, claimed) if shown.started_at else [],
        "ticks": scale.ticks(),
        "claimed": claimed,
        "out": [
            (acting.WHY.get(why, why), number) for why, number in out.annotate(number=Count("pk")).order_by("-number")
        ],
        "may_run": request.user.has_perm(RUN_PLAYS),
    }
    return render(request, "enquiries/admin/revival_play.html", context)


@require_POST
@permission_required(RUN_PLAYS, raise_exception=True)
def start(request, uuid):
    """Draw and begin."""
    return _act(request, uuid, plays.start, _("The play runs: those who are left alone have been drawn."))


@require_POST
@permission_required(RUN_PLAYS, raise_exception=True)
def halt(request, uuid):
    """Ask nobody else."""
    why = request.POST.get("why", "")
    return _act(request, uuid, plays.halt, _("The play is halted; what comes of it still counts."), why=why)


@require_POST
@permission_required(RUN_PLAYS, raise_exception=True)
def close(request):
    """Try nothing more in a cell, or try again after all."""
    here = _cell(request.POST)
    if request.POST.get("act") == "open":
        closing.open_again(here)
        messages.success(request, _("The cell is open again."))
    else:
        try:
            why = request.POST.get("why", "").replace("\x00", "").strip() or _("Closed by hand.")
            closing.close(here, why=why, at=timezone.now(), by=request.user)
            messages.success(request, _("The cell is closed."))
        except closing.StillRunning:
            messages.error(request, _("A play runs in this cell: halt it first."))
    return redirect(_cell_url(here))


@require_safe
@permission_required(SEE_PLAYS, raise_exception=True)
def report(request):
    """Every play on one scale, against what is usually claimed; with another adviser and without."""
    found = lift.of_all()
    started = Play.objects.exclude(state=Play.State.DRAFT).select_related("programme").order_by("-started_at", "-pk")
    lines = []
    for one in started[:100]:
        result = found.get(one.pk)
        if result is not None:
            claimed = (one.claimed_low, one.claimed_high)
            lines.append(
                {"play": one, "result": result, **_line(result.revived, claimed), "of_enrolled": result.enrolled}
            )
    names = {"adviser": _("Another adviser"), "contact": _("Another way to reach them"), "same": _("Neither")}
    changes = lift.by_change()
    context = {
        "page_title": _("What plays brought"),
        "header_icon": "history",
        "lines": lines,
        "changes": [
            {"name": names[name], "result": changes[name], **_line(changes[name].revived, (5, 35))}
            for name in names
            if name in changes
        ],
        "ticks": scale.ticks(),
    }
    return render(request, "enquiries/admin/revival_report.html", context)


def _act(request, uuid, act, done, **more):
    shown = get_object_or_404(Play, uuid=uuid)
    try:
        act(shown, at=timezone.now(), by=request.user, **more)
        messages.success(request, done)
    except plays.NotReady as refusal:
        for lacking in refusal.missing:
            messages.error(request, lacking)
    return redirect("enquiries_play", shown.uuid)


def _being_counted(request):
    context = {"page_title": _("Lost enquiries"), "header_icon": "history"}
    return render(request, "enquiries/admin/revival_counting.html", context)


def _by_square(counts):
    squares = {}
    for reason in Enquiry.LostReason.values:
        for age in AgeBand.values:
            inside = [one for one in counts if (one.cell.reason, one.cell.age) == (reason, age)]
            total, _people, lawful, ending = grid.summed(inside)
            squares[reason, age] = Square(total, lawful, ending, 0, "", "", "", 0)
    return squares


def _square(counts, reason: str, age: str, chosen: str, most: int) -> Square:
    inside = [one for one in counts if (one.cell.reason, one.cell.age) == (reason, age)]
    total, _people, lawful, ending = grid.summed(inside)
    level = max(1, round(LEVELS * lawful / most)) if lawful and most else 0
    url = f"{reverse('enquiries_cell')}?{urlencode({'reason': reason, 'age': age, 'programme': chosen})}"
    running = next((one.running for one in inside if one.running), "")
    is_closed = bool(inside) and all(one.closed for one in inside)
    closed = inside[0].closed if is_closed else ""
    return Square(total, lawful, ending, level, url, running, closed, sum(len(one.played) for one in inside))


def _line(one: lift.Lift, claimed: tuple[int, int]) -> dict:
    return {"lift": one, "drawn": scale.drawn(one, claimed), "verdict": one.against(*claimed)}


def _lines(result: lift.Result, claimed: tuple[int, int]) -> list[dict]:
    return [
        {"name": _("Came back"), **_line(result.revived, claimed)},
        {"name": _("Enrolled"), **_line(result.enrolled, claimed)},
    ]


def _reason_and_age(said) -> tuple[str, str]:
    reason, age = said.get("reason", ""), said.get("age", "")
    if reason not in Enquiry.LostReason.values or age not in AgeBand.values:
        raise Http404
    return reason, age


def _cell(said) -> Cell:
    reason, age = _reason_and_age(said)
    code = said.get("programme", "")
    if code == "none":
        return Cell(reason, age, None)
    if not code.isdecimal() or len(code) > 9 or not Programme.objects.filter(pk=int(code)).exists():
        raise Http404
    return Cell(reason, age, int(code))


def _code(programme_id: int | None) -> str:
    return "none" if programme_id is None else str(programme_id)


def _query(here: Cell) -> str:
    return urlencode({"reason": here.reason, "age": here.age, "programme": _code(here.programme_id)})


def _cell_url(here: Cell) -> str:
    return f"{reverse('enquiries_cell')}?{_query(here)}"


def _title(programme_id: int | None) -> str:
    programme = Programme.objects.filter(pk=programme_id).first() if programme_id is not None else None
    return str(programme) if programme is not None else _("No programme named")
