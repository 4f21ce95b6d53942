"""Acts on a testimonial: show it, take it off the website, note that its permission was withdrawn."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from programmes.editing import testimonials
from programmes.models import Testimonial


@require_POST
@permission_required("programmes.change_testimonial", raise_exception=True)
def act(request, pk, act):
    testimonial, now = get_object_or_404(Testimonial, pk=pk), timezone.now()
    try:
        if act == "show":
            testimonials.show(testimonial, at=now, by=request.user)
            messages.success(request, _("The website shows it now."))
        elif act == "hide":
            testimonials.hide(testimonial, by=request.user)
            messages.success(request, _("It is off the website."))
        elif act == "withdraw":
            testimonials.withdraw(testimonial, at=now, by=request.user)
            messages.success(request, _("Noted. It is off the website and stays off."))
        else:
            raise Http404
    except testimonials.NotPermitted:
        messages.error(request, _("It cannot be shown: no permission that holds is written down."))
    return redirect("testimonial:inspect", pk)
