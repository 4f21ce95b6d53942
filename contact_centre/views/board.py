"""The board of whoever supervises the desk, and the coverage of the days ahead."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from contact_centre import deadlines
from contact_centre.models import Team
from contact_centre.running import board, coverage
from contact_centre.views.shared import SUPERVISE, DeskMixin


class BoardView(DeskMixin, TemplateView):
    """How the desk stands now. htmx asks again every twenty seconds and gets the inside only."""

    any_permission = (SUPERVISE,)
    page_title = gettext_lazy("Board")
    header_icon = "view"
    template_name = "contact_centre/admin/board.html"

    def get(self, request, *args, **kwargs):
        context = self.get_context_data(**kwargs)
        if request.htmx:
            return render(request, "contact_centre/admin/board_now.html", context)
        return self.render_to_response(context)

    def get_context_data(self, **kwargs):
        at, asked = timezone.now(), self.request.GET.get("team", "")
        teams = list(Team.objects.order_by("name"))
        team = next((one for one in teams if str(one.pk) == asked), None)
        now = board.board(at=at, team=team)
        return super().get_context_data(
            board=now,
            tally=now.tally,
            late=[(case, cause, deadlines.words(case.answer_due_at, at=at)) for case, cause in now.late],
            most=max((count for _cause, count in now.causes), default=1),
            teams=teams,
            team=team,
            opens_advisers=self.request.user.has_perm("contact_centre.add_coachingnote"),
            **kwargs,
        )


class CoverageView(DeskMixin, TemplateView):
    """Two weeks ahead, hour by hour: who is there against what is expected."""

    any_permission = (SUPERVISE,)
    page_title = gettext_lazy("Coverage")
    header_icon = "date"
    template_name = "contact_centre/admin/coverage.html"
    trail = (("contact_centre_board", gettext_lazy("Board")),)

    def get_context_data(self, **kwargs):
        return super().get_context_data(plan=coverage.plan(at=timezone.now()), **kwargs)
