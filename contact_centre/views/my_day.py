"""My day: the home of staff."""

from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.menu import admin_menu
from wagtail.admin.views import home
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.models import Page
from wagtail.permissions import policy_registry

from contact_centre import call_lists, day, inbox, snoozing
from contact_centre.views.shared import ASSIGN, SEE, TAKE
from people import walls

# Wagtail's home, which this one stands in for, shows these to whoever edits pages.
PAGE_PANELS = (
    home.WorkflowObjectsToModeratePanel,
    home.UserObjectsInWorkflowModerationPanel,
    home.RecentEditsPanel,
    home.LockedPagesPanel,
)


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
            plan=day.plan_of(user, at) if answers else None,
            lists=call_lists.open_lists(at=at) if answers and user.has_perm("contact_centre.view_calllist") else [],
            snoozes=snoozing.choices(at=at) if answers else [],
            doors=self._doors() if not answers else [],
            waiting=day.steps_waiting(at=at) if answers else [],
            escalated=day.escalated(at=at) if leads else [],
            counts={view: inbox.capped(count) for view, count in inbox.counts(user=user, at=at).items()}
            if answers
            else {},
            figures=day.figures(user, at=at) if answers else None,
            panels=[html for _panel, html in walls.furnish("construct_my_day_panels", self.request)],
            page_panels=self._page_panels(),
            may_search_people=user.has_perm(SEE) or answers,
            **kwargs,
        )

    def _doors(self) -> list[tuple[str, str]]:
        """Where the menu leads: for those of whom nothing is waiting, what they can do here."""
        items = admin_menu.menu_items_for_request(self.request)
        return [(item.label, item.url) for item in items if item.name != "my-day" and item.url not in ("", "#")]

    def _page_panels(self) -> list[str]:
        """Pages to review, under review, lately edited and locked; those of them that have something to say."""
        pages = policy_registry.get_by_type(Page)
        if not pages.user_has_any_permission(self.request.user, {"add", "change", "publish"}):
            return []
        context = {"request": self.request, "csrf_token": get_token(self.request)}
        rendered = [panel().render_html(context) for panel in PAGE_PANELS]
        return [html for html in rendered if html.strip()]
