"""The communications matrix: the grid, and one cell with what it owes, sent and left out."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from contact_centre import seen
from contact_centre.matrix import grid, moments, running
from contact_centre.models import MatrixCell, MatrixDue, MessageTemplate
from contact_centre.views.shared import SEE, DeskMixin
from people.models import Channel, Person, User

SEE_IT, DECIDE = "contact_centre.view_matrixcell", "contact_centre.change_matrixcell"
SHOWN = 40
UNITS = {"minutes": 1, "hours": 60, "days": 1440}
LISTS = ("due", "sent", "answered", "left_out")


class CellForm(forms.Form):
    """What is sent in a cell, when, and who answers for it."""

    template_code = forms.ChoiceField(label=gettext_lazy("Template"), required=False)
    number = forms.IntegerField(label=gettext_lazy("How long after"), min_value=0, max_value=400)
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=[
            ("minutes", gettext_lazy("minutes")),
            ("hours", gettext_lazy("hours")),
            ("days", gettext_lazy("days")),
        ],
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who answers for it, and signs where nobody else does"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody"),
    )
    is_on = forms.BooleanField(label=gettext_lazy("It runs"), required=False)
    is_needless = forms.BooleanField(label=gettext_lazy("Left empty on purpose"), required=False)

    def __init__(self, *args, channel, **kwargs):
        super().__init__(*args, **kwargs)
        written = MessageTemplate.objects.ready().filter(channel=channel).order_by("title", "pk")
        codes = dict(reversed([(template.code, template.title) for template in written]))
        self.fields["template_code"].choices = [("", _("None")), *sorted(codes.items(), key=lambda item: item[1])]
        self.fields["owner"].queryset = owners()

    def clean(self):
        typed = super().clean()
        if typed.get("is_on") and not typed.get("template_code"):
            self.add_error("template_code", _("Choose the template that it sends."))
        if typed.get("is_needless") and typed.get("template_code"):
            self.add_error("is_needless", _("A cell with a template is not empty."))
        return typed


def owners():
    """Staff who may decide about the matrix."""
    has_right = {"groups__permissions__codename": "change_matrixcell"}
    return User.objects.filter(is_active=True, **has_right).distinct().order_by("first_name", "last_name", "pk")


class MatrixView(DeskMixin, TemplateView):
    """Which message leaves at which moment on which channel, and where nobody decided yet."""

    any_permission = (SEE_IT,)
    page_title = gettext_lazy("Communications matrix")
    header_icon = "table"
    template_name = "contact_centre/admin/matrix_grid.html"

    def get_context_data(self, **kwargs):
        rows = grid.rows()
        return super().get_context_data(
            rows=rows,
            gaps=grid.gaps(rows),
            channels=[(channel, Channel(channel).label) for channel in running.COLUMNS],
            **kwargs,
        )


class CellView(DeskMixin, TemplateView):
    """One cell: what it sends and when, and everybody it concerned."""

    any_permission = (SEE_IT,)
    header_icon = "table"
    template_name = "contact_centre/admin/matrix_cell.html"
    trail = (("contact_centre_matrix", gettext_lazy("Communications matrix")),)

    def dispatch(self, request, *args, **kwargs):
        if request.method == "POST" and not request.user.has_perm(DECIDE):
            self.any_permission = (DECIDE,)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def moment(self) -> moments.Moment:
        known = moments.registered()
        if self.kwargs["moment"] not in known or self.kwargs["channel"] not in running.COLUMNS:
            raise Http404
        return known[self.kwargs["moment"]]

    @cached_property
    def cell(self) -> MatrixCell:
        where = {"moment": self.kwargs["moment"], "channel": self.kwargs["channel"]}
        return MatrixCell.objects.filter(**where).first() or MatrixCell(**where)

    def get_page_title(self):
        return self.moment.label

    def post(self, request, *args, **kwargs):
        form = CellForm(request.POST, channel=self.cell.channel)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        typed, cell, opened = form.cleaned_data, self.cell, request.POST.get("seen", "")
        cell.template_code, cell.owner = typed["template_code"], typed["owner"]
        cell.delay_minutes = typed["number"] * UNITS[typed["unit"]]
        cell.is_on, cell.is_needless = typed["is_on"], typed["is_needless"]
        try:
            grid.decide(cell, by=request.user, at=timezone.now(), started_from=opened)
        except seen.Overtaken:
            messages.warning(request, seen.NOT_SAVED)
            del self.cell
            return self.render_to_response(self.get_context_data(form=form, opened=grid.mark(self.cell)), status=422)
        except grid.NoTemplate:
            form.add_error("template_code", _("This template has no approved text on this channel."))
            return self.render_to_response(self.get_context_data(form=form), status=422)
        messages.success(request, _("Kept. It concerns what happens from now on."))
        return redirect("contact_centre_matrix_cell", cell.moment, cell.channel)

    def get_context_data(self, form=None, opened="", **kwargs):
        moment, cell = self.moment, self.cell
        shown = self.request.GET.get("list", "")
        shown = shown if shown in LISTS else "due"
        counts = grid.counts([cell.pk]).get(cell.pk, grid.Counts()) if cell.pk else grid.Counts()
        page = Paginator(_owed(cell, shown), SHOWN).get_page(self.request.GET.get("p"))
        visible = set(
            Person.objects.visible_to(self.request.user)
            .filter(pk__in=[one.person_id for one in page])
            .values_list("pk", flat=True)
        )
        return super().get_context_data(
            moment=moment,
            cell=cell,
            form=form or CellForm(initial=_initial(cell), channel=cell.channel),
            may_decide=self.request.user.has_perm(DECIDE),
            may_see_people=self.request.user.has_perm(SEE),
            counts=counts,
            lists=[
                ("due", _("Due"), counts.due),
                ("sent", _("Sent"), counts.sent),
                ("answered", _("Answered"), counts.answered),
                ("left_out", _("Left out"), counts.left_out),
            ],
            shown=shown,
            page=page,
            visible=visible,
            used=MessageTemplate.objects.filter(code=cell.template_code, channel=cell.channel).order_by("language"),
            writes_itself=moment.writes_itself.get(cell.channel, ""),
            seen=opened or self.request.POST.get("seen") or grid.mark(cell),
        )


def _owed(cell: MatrixCell, shown: str):
    if cell.pk is None:
        return MatrixDue.objects.none()
    owed = cell.dues.select_related("person", "message", "programme").order_by("-due_at", "-pk")
    if shown == "answered":
        return owed.filter(answered_at__isnull=False)
    return owed.filter(state=shown)


def _initial(cell: MatrixCell) -> dict:
    minutes = timedelta(minutes=cell.delay_minutes)
    unit = next(
        (name for name in ("days", "hours") if minutes and not minutes % timedelta(minutes=UNITS[name])), "minutes"
    )
    return {
        "template_code": cell.template_code,
        "number": cell.delay_minutes // UNITS[unit],
        "unit": unit,
        "owner": cell.owner_id,
        "is_on": cell.is_on,
        "is_needless": cell.is_needless,
    }
