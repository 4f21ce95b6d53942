"""Where people come from: the report, as a screen and as a file, and what an adviser is told at the telephone."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import formats, timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre.views.shared import DeskMixin
from enquiries.models import Enquiry, SpokenSource
from enquiries.origins import figures, heard
from enquiries.origins.models import WORDS, Model
from enquiries.origins.naming import medium_words
from enquiries.roles import SEE, SEE_ORIGINS
from people.back_office import formula_safe
from programmes import money

DAYS = (30, 90, 365)
LONGEST = 3 * 366
GROUPS = {
    "source": gettext_lazy("Source"),
    "medium": gettext_lazy("Medium"),
    "campaign": gettext_lazy("Campaign"),
    "action": gettext_lazy("Action"),
    "programme": gettext_lazy("Programme"),
}
NOTHING = {
    "source": gettext_lazy("Not known"),
    "medium": gettext_lazy("Not known"),
    "campaign": gettext_lazy("No campaign"),
    "action": gettext_lazy("No action"),
    "programme": gettext_lazy("No programme yet"),
}


class ReportForm(forms.Form):
    """Which days, by what, and under which model."""

    by = forms.ChoiceField(label=gettext_lazy("By"), choices=list(GROUPS.items()))
    model = forms.ChoiceField(label=gettext_lazy("Credit goes to"), choices=Model.choices)
    since = forms.DateField(
        label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self):
        typed = super().clean()
        since, until = typed.get("since"), typed.get("until")
        if since and until and not timedelta() <= until - since < timedelta(days=LONGEST):
            raise ValidationError(_("Choose a period of up to three years, from its first day to its last."))
        return typed


def _usual(today: date) -> dict:
    return {"by": "source", "model": Model.LAST.value, "since": today - timedelta(days=89), "until": today}


def share(number: Decimal) -> str:
    """A number of enquiries as people read it: whole where it is whole, else with one decimal."""
    return formats.number_format(number, 0 if number == int(number) else 1, force_grouping=True)


def amounts(minor: dict[str, int]) -> str:
    """Money of each currency."""
    return " + ".join(money.show(amount, currency) for currency, amount in sorted(minor.items()) if amount) or "–"


def _name(group: str, key: str | int | None, names: dict) -> str:
    if key in names:
        return str(names[key])
    if group == "medium" and key:
        return medium_words(str(key))
    return str(key) if key else str(NOTHING[group])


def _line(row: figures.Row, name: str) -> dict:
    each = {count: row.cost_of(count) for count in figures.COUNTS}
    shown = {count: money.show(cost, row.currency) if cost is not None else "–" for count, cost in each.items()}
    return {
        "name": name,
        "key": row.key,
        "counts": [share(getattr(row.total, count)) for count in figures.COUNTS],
        "exact": [f"{getattr(row.total, count):f}" for count in figures.COUNTS],
        "number": float(row.total.enquiries),
        "enquiries": share(row.total.enquiries),
        "collected": amounts(row.total.collected),
        "cost": amounts(row.costs),
        "cost_of_enquiry": shown["enquiries"],
        "cost_of_application": shown["applied"],
        "cost_of_enrolment": shown["enrolled"],
    }


class OriginsView(DeskMixin, TemplateView):
    """What each source, medium, campaign, action or programme brought and cost, under the model one chooses."""

    any_permission = (SEE_ORIGINS,)
    page_title = gettext_lazy("Where they come from")
    header_icon = "crosshairs"
    template_name = "enquiries/admin/origins_report.html"

    def get(self, request, *args, **kwargs):
        context = self.get_context_data(**kwargs)
        if request.GET.get("as") == "csv":
            return _file(context)
        return self.render_to_response(context)

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        usual = _usual(today)
        form = ReportForm({**{name: str(value) for name, value in usual.items()}, **self.request.GET.dict()})
        asked = form.cleaned_data if form.is_valid() else usual
        group = asked["by"]
        period = {"since": asked["since"], "until": asked["until"]}
        rows = figures.report(group, model=asked["model"], **period)
        names = figures.names_of(group, [row.key for row in rows])
        lines = [_line(row, _name(group, row.key, names)) for row in rows]
        checked = figures.check(model=asked["model"], **period)
        return super().get_context_data(**kwargs) | {
            "form": form,
            "group": group,
            "group_label": GROUPS[group],
            "lines": lines,
            "most": max((line["number"] for line in lines), default=0),
            "whole": _line(figures.sum_of(rows), ""),
            "model_words": WORDS[Model(asked["model"])],
            "check": checked,
            "check_collected": amounts(checked.collected),
            "check_credited": amounts(checked.collected_credited),
            "counted_at": figures.counted_at(),
            "query": _query(asked),
            "groups": [(code, label, _query(asked | {"by": code})) for code, label in GROUPS.items()],
            "models": [(code, label, _query(asked | {"model": code})) for code, label in Model.choices],
            "model": asked["model"],
            "periods": [
                (days, _query(asked | {"since": today - timedelta(days=days - 1), "until": today})) for days in DAYS
            ],
        }


def _query(asked: dict) -> str:
    return urlencode({name: str(asked[name]) for name in ("by", "model", "since", "until")})


def _file(context: dict) -> HttpResponse:
    """The same lines for a spreadsheet; parts of an enquiry with all their decimals."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="origins.csv"'
    file = csv.writer(response)
    head = [_("Enquiries"), _("Contacted"), _("Applied"), _("Enrolled"), _("Collected"), _("Cost"),
            _("Cost of an enquiry"), _("Cost of an application"), _("Cost of an enrolment")]  # fmt: skip
    file.writerow([str(context["group_label"]), *head])
    for line in [*context["lines"], context["whole"] | {"name": _("In all")}]:
        costs = [line["cost_of_enquiry"], line["cost_of_application"], line["cost_of_enrolment"]]
        file.writerow([formula_safe(line["name"]), *line["exact"], line["collected"], line["cost"], *costs])
    return response


@require_POST
@permission_required(SEE, raise_exception=True)
def say_source(request, uuid):
    """Write down what somebody said about how they heard of us."""
    enquiry = get_object_or_404(Enquiry.objects.visible_to(request.user), uuid=uuid)
    code = request.POST.get("source", "")
    source = get_object_or_404(SpokenSource, code=code) if code else None
    heard.say(enquiry, source, at=timezone.now())
    messages.success(request, _("Noted: %(source)s.") % {"source": source} if source else _("Taken back."))
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if is_ours else "enquiries_origins")
