"""My day: the home of staff."""

from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from contact_centre import day, inbox
from contact_centre.views.shared import ASSIGN, SEE, TAKE
from people import walls


class MyDayView(WagtailAdminTemplateMixin, TemplateView):
    """What to do now, in order and with the reason; then one's figures; then what other floors hang here."""

    page_title = gettext_lazy("My day")
    header_icon = "home"
    template_name = "contact_centre/admin/my_day.html"

    def get_breadcrumbs_items(self):
        return [{"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        user, at = self.request.user, timezone.now()
        answers, leads = user.has_perm(TAKE), user.has_perm(ASSIGN)
        return super().get_context_data(
            at=at,
            answers=answers,
            leads=leads,
            mine=day.steps_of(user, at=at) if answers else [],
            waiting=day.steps_waiting(at=at) if answers else [],
            escalated=day.escalated(at=at) if leads else [],
            counts={view: inbox.capped(count) for view, count in inbox.counts(user=user, at=at).items()}
            if answers
            else {},
            figures=day.figures(user, at=at) if answers else None,
            panels=[html for _panel, html in walls.furnish("construct_my_day_panels", self.request)],
            may_search_people=user.has_perm(SEE) or answers,
            **kwargs,
        )
