"""The side tab of what was set aside: why, and the two answers to it."""

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin import messages

from contact_centre.views.shared import DeskMixin
from enquiries.intake import deciding, suspects
from enquiries.models import Submission
from enquiries.roles import DECIDE_SUSPECTS
from enquiries.sessions import wishes

PER_PAGE = 25


class SuspectsView(DeskMixin, TemplateView):
    """Those that wait for somebody to decide, the oldest promise first; and those that were decided last."""

    any_permission = (DECIDE_SUSPECTS,)
    page_title = gettext_lazy("Suspect submissions")
    header_icon = "warning"
    template_name = "enquiries/admin/suspects.html"
    trail = (("enquiries_list:index", gettext_lazy("Enquiries")),)

    def get_context_data(self, **kwargs):
        page = Paginator(suspects.waiting().select_related("form").order_by("at", "pk"), PER_PAGE).get_page(
            self.request.GET.get("p")
        )
        wanted = wishes.of(page)
        decided = Submission.objects.filter(outcome=Submission.Outcome.SUSPECT).exclude(decision="")
        return super().get_context_data(
            page=page,
            rows=[
                {"sent": sent, "facts": sent.payload, "why": deciding.reasons(sent), "wish": wanted.get(sent.pk)}
                for sent in page
            ],
            decided=decided.select_related("decided_by", "enquiry").order_by("-decided_at")[:10],
            **kwargs,
        )


@require_POST
@permission_required(DECIDE_SUSPECTS, raise_exception=True)
def real(request, uuid):
    """Somebody says that it is meant."""
    sent = get_object_or_404(Submission, uuid=uuid)
    try:
        found = deciding.find_real(sent, by=request.user, at=timezone.now())
    except deciding.AlreadyDecided:
        messages.warning(request, _("Somebody has decided already, or it was kept long enough."))
    except deciding.NobodyToAnswer as nobody:
        messages.error(request, str(nobody))
    else:
        _tell(request, found)
    return redirect("enquiries_suspects")


def _tell(request, found: deciding.Real) -> None:
    said = [_("It is an enquiry now, with the promise it was given.")]
    if found.wish:
        said.append(str(wishes.SAYS[found.wish]))
    tell = messages.success if found.wish in ("", wishes.BOOKED) else messages.warning
    address = reverse("enquiries_list:inspect", args=[found.enquiry.pk])
    tell(request, " ".join(said), buttons=[messages.button(address, _("See the enquiry"))])


@require_POST
@permission_required(DECIDE_SUSPECTS, raise_exception=True)
def spam(request, uuid):
    """Somebody says that it is advertising."""
    try:
        deciding.call_spam(get_object_or_404(Submission, uuid=uuid), by=request.user, at=timezone.now())
        messages.success(request, _("It is gone, and its words are learned."))
    except deciding.AlreadyDecided:
        messages.warning(request, _("Somebody has decided already, or it was kept long enough."))
    return redirect("enquiries_suspects")
