"""The figures of the desk: chosen by period, team, adviser and kind; the rows behind each, on screen and as a file."""

import csv
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from contact_centre import deadlines, queue
from contact_centre.assignment import eligibility
from contact_centre.metrics import definitions, lateness
from contact_centre.metrics.log import FOR_HAND, Hours, Period
from contact_centre.models import Case, Team
from contact_centre.views.shared import SUPERVISE, DeskMixin
from people.back_office import formula_safe
from people.models import User

DAYS = (7, 30, 90, 365)
LONGEST = 366
ROWS_SHOWN = 50


class PeriodForm(forms.Form):
    """Which cases to count."""

    since = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"),
        queryset=Team.objects.order_by("name"),
        required=False,
        empty_label=gettext_lazy("All"),
    )
    adviser = forms.ModelChoiceField(
        label=gettext_lazy("Adviser"), queryset=User.objects.none(), required=False, empty_label=gettext_lazy("All")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("What people bring to us")), ("all", gettext_lazy("All")), *Case.Kind.choices],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["adviser"].queryset = queue.advisers()

    def clean(self):
        typed = super().clean()
        since, until = typed.get("since"), typed.get("until")
        if since and until and not timedelta() <= until - since < timedelta(days=LONGEST):
            raise ValidationError(_("Choose a period of up to a year, from its first day to its last."))
        return typed


def _asked(request) -> tuple[PeriodForm, Period]:
    """What was asked for; what makes no sense is the last 30 days, and the form says so."""
    at = timezone.now()
    today = timezone.localdate(at)
    usual = {"since": today - timedelta(days=29), "until": today}
    form = PeriodForm({**{name: day.isoformat() for name, day in usual.items()}, **request.GET.dict()})
    typed: dict[str, Any] = form.cleaned_data if form.is_valid() else usual
    kind = typed.get("kind", "")
    kinds = FOR_HAND if not kind else tuple(Case.Kind.values) if kind == "all" else (kind,)
    team, adviser = typed.get("team"), typed.get("adviser")
    return form, Period(
        since=timezone.make_aware(datetime.combine(typed["since"], time.min)),
        until=timezone.make_aware(datetime.combine(typed["until"] + timedelta(days=1), time.min)),
        at=at,
        kinds=kinds,
        team_id=team.pk if team else None,
        adviser_id=adviser.pk if adviser else None,
    )


def _query(form: PeriodForm, **also) -> str:
    facts = {name: value for name in form.fields if (value := form.data.get(name))}
    return urlencode({**facts, **also})


def span(minutes: float | None) -> str:
    """Minutes as people say them."""
    return "–" if minutes is None else deadlines.span(timedelta(minutes=minutes))


def _tile(figure: definitions.Figure) -> dict:
    """A figure as its tile shows it."""
    one, count = figure.definition, figure.counted
    if figure.value is None:
        value, beside = "–", _("nothing to count")
    elif one.unit == definitions.SHARE:
        value = f"{formats.localize(figure.value) if figure.value % 1 else int(figure.value)} %"
        beside = _("%(met)d of %(all)d") % {"met": figure.met, "all": count}
    else:
        value = span(figure.value)
        counted = ngettext("%(count)d counted", "%(count)d counted", count) % {"count": count}
        beside = _("median; nine in ten within %(span)s · %(counted)s") % {"span": span(figure.p90), "counted": counted}
    return {"definition": one, "value": value, "beside": beside}


class FiguresView(DeskMixin, TemplateView):
    """Every figure about answering with its definition; by adviser, by team, and why promises were broken."""

    any_permission = (SUPERVISE,)
    page_title = gettext_lazy("Figures of the desk")
    header_icon = "table"
    template_name = "contact_centre/admin/desk_figures.html"

    def get_context_data(self, **kwargs):
        form, period = _asked(self.request)
        rows = {"cases": period.cases(), "turns": period.turns()}
        counted = definitions.from_rows(definitions.DEFINITIONS.values(), rows, period)
        by_adviser = definitions.credits(rows["cases"], period, by="adviser_id")
        by_team = definitions.credits(rows["cases"], period, by="team_id")
        users, teams = User.objects.in_bulk([one.of for one in by_adviser if one.of]), Team.objects.in_bulk()
        nobody, no_team = _("Nobody took it"), _("No team")
        kept, given = eligibility.share_certified(since=period.since, at=min(period.at, period.until))
        today = timezone.localdate(period.at)
        return super().get_context_data(
            form=form,
            query=_query(form),
            periods=[
                (days, _query(form, since=(today - timedelta(days=days - 1)).isoformat(), until=today.isoformat()))
                for days in DAYS
            ],
            tiles=[_tile(figure) for figure in counted],
            sums=definitions.side_by_side(rows["cases"]),
            by_adviser=[(users.get(one.of, nobody), one, span(one.median_minutes)) for one in by_adviser],
            by_team=[(teams.get(one.of, no_team), one, span(one.median_minutes)) for one in by_team],
            causes=_causes(rows["cases"], period),
            certified={"kept": kept, "given": given, "percent": round(100 * kept / given) if given else None},
            **kwargs,
        )


def _causes(cases, period: Period):
    late = {
        row.case_id: (row.opened_at, row.due_at, row.team_id)
        for row in cases
        if (row.answered_at or period.at) > row.due_at
    }
    hours = Hours(since=period.since, until=max(period.at, period.until))
    return lateness.tally(lateness.causes(late, hours).values()) if late else []


class RowsView(DeskMixin, TemplateView):
    """The rows a figure was counted from, those that fell short first."""

    any_permission = (SUPERVISE,)
    header_icon = "table"
    template_name = "contact_centre/admin/desk_figure.html"
    trail = (("contact_centre_desk_figures", gettext_lazy("Figures of the desk")),)

    def get_page_title(self):
        return _figure(self.kwargs["code"]).label

    def get_context_data(self, **kwargs):
        form, period = _asked(self.request)
        (figure,) = definitions.figures(period, codes=[_figure(self.kwargs["code"]).code])
        is_share = figure.definition.unit == definitions.SHARE
        ordered = sorted(figure.rows, key=lambda one: one[1] if is_share else -one[1])
        page = Paginator(ordered, ROWS_SHOWN).get_page(self.request.GET.get("p"))
        names = User.objects.in_bulk({row.adviser_id for row, _value in page if row.adviser_id})
        return super().get_context_data(
            figure=figure,
            tile=_tile(figure),
            form=form,
            query=_query(form),
            page_obj=page,
            rows=[
                (row, Case.Kind(row.kind).label, names.get(row.adviser_id), None if is_share else span(value), value)
                for row, value in page
            ],
            is_share=is_share,
            **kwargs,
        )


@permission_required(SUPERVISE, raise_exception=True)
def rows_file(request, code):
    """The same rows as a file; of people it names only the advisers."""
    _form, period = _asked(request)
    (figure,) = definitions.figures(period, codes=[_figure(code).code])
    names = User.objects.in_bulk({row.adviser_id for row, _value in figure.rows if row.adviser_id})
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(["case", "kind", "programme", "began_at", "answered_at", "adviser", code])
    for row, value in figure.rows:
        writer.writerow(
            [
                row.uuid,
                row.kind,
                formula_safe(row.programme or ""),
                row.opened_at.isoformat(),
                row.answered_at.isoformat() if row.answered_at else "",
                formula_safe(str(names.get(row.adviser_id) or "")),
                int(value),
            ]
        )
    return response


def _figure(code: str) -> definitions.Definition:
    try:
        return definitions.DEFINITIONS[code]
    except KeyError as unknown:
        raise Http404 from unknown
