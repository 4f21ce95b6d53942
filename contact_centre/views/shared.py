"""What the screens of the desk have in common: who may open them, and how they answer to an act."""

from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from contact_centre.assignment import eligibility

SEE, TAKE, ASSIGN, READ, SUPERVISE = (
    f"contact_centre.{name}" for name in ("see_person_page", "take_case", "assign_case", "view_case", "supervise")
)
SEE_OWN = "people.see_own_people"


class DeskMixin(AccessMixin, WagtailAdminTemplateMixin):
    """A screen of the desk, open to those who have one of ``any_permission``."""

    any_permission: tuple[str, ...] = ()
    trail: tuple[tuple[str, str | Promise], ...] = ()  # (name of the address, label) of the screens above

    def dispatch(self, request, *args, **kwargs):
        if not any(request.user.has_perm(name) for name in self.any_permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        above = [{"url": reverse(name), "label": label} for name, label in self.trail]
        return [*above, {"url": "", "label": self.get_page_title()}]


def take_next(request, case):
    """Open the case that was just claimed, or say why there is none for them."""
    if case is None:
        messages.success(request, eligibility.why_nothing(request.user, at=timezone.now()))
        return redirect("contact_centre_queue")
    return redirect("contact_centre_case", case.uuid)
