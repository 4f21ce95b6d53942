"""Choosing whose eyes to borrow, and giving them back."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.contrib.settings.models import BaseSiteSetting
from wagtail.contrib.settings.registry import registry
from wagtail.users.models import UserProfile

from people.access import looking_as, roles
from people.models import User
from people.views.doors import Permitted


class LookAsView(Permitted, WagtailAdminTemplateMixin, TemplateView):
    """Staff, and with a search anybody who has a login; those one may not look as say why."""

    permissions = (looking_as.MAY,)
    page_title = gettext_lazy("Look as somebody")
    header_icon = "view"
    template_name = "people/admin/look_as.html"

    def get_breadcrumbs_items(self):
        return [{"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        sought = self.request.GET.get("q", "").replace("\x00", "").strip()[:100]
        rows = [
            (login, ", ".join(roles.label(group.name) for group in login.groups.all()), why)
            for login, why in looking_as.find(sought, by=self.request.user)
        ]
        minutes = int(looking_as.LONGEST.total_seconds() // 60)
        return super().get_context_data(sought=sought, rows=rows, minutes=minutes, **kwargs)


@require_POST
@permission_required(looking_as.MAY, raise_exception=True)
def start(request):
    login = request.POST.get("login", "")
    target = get_object_or_404(User, pk=int(login) if login.isdecimal() and len(login) < 10 else 0)
    try:
        looking_as.start(request.session, target, by=request.user, at=timezone.now())
    except looking_as.CannotLook as refusal:
        messages.error(request, refusal.why)
        return redirect("people_look_as")
    enters = target.has_perm(roles.ENTER)
    _make_what_pages_make(request, target, enters=enters)
    return redirect("/admin/" if enters else "/campus/")


def _make_what_pages_make(request, target: User, *, enters: bool) -> None:
    """Wagtail writes a profile and the settings down when a page first asks for them; while looking nothing is."""
    if enters:
        UserProfile.get_for_user(target)
    for setting in registry:
        if issubclass(setting, BaseSiteSetting):
            setting.for_request(request)


@require_POST
def stop(request):
    """The look itself has ended before this view is asked: here the real one is back, and goes on."""
    messages.success(request, _("You are yourself again."))
    return redirect("people_look_as" if request.user.has_perm(looking_as.MAY) else "/admin/")
