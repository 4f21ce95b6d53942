"""My campus: the student's own page, furnished by every floor, and the door to one's receipts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import storages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from enrolment import payers, receipts
from enrolment.models import Application, Receipt
from enrolment.views.own import own_page
from people import relatives, walls
from people.access import audit
from people.access.sign_in import person_of
from people.models import Relationship
from printing.paper import PaperUnavailable

SEE_ALL = "enrolment.view_payment"


@require_GET
@own_page
def home(request, person):
    panels = walls.furnish("construct_campus_panels", request, person=person)
    context = {
        "person": person,
        "main_panels": [html for panel, html in panels if panel.region == "main"],
        "aside_panels": [html for panel, html in panels if panel.region == "aside"],
        "has_begun": Application.objects.filter(person=person).exists(),
    }
    return render(request, "enrolment/campus.html", context)


@require_GET
@never_cache
@login_required
def receipt(request, number):
    """A receipt as PDF, for who studies, who pays and who gets the invoices, and for Finance; to others there is none.

    Of somebody forgotten, only for those who may see what the law keeps.
    """
    person = person_of(request)
    may_see_all = request.user.has_perm(SEE_ALL)
    rows = Receipt.objects.select_related("payment__application__person")
    visible = rows if may_see_all else payers.receipts_for(person, timezone.now()) if person else Receipt.objects.none()
    found = receipts.openable(visible, user=request.user).filter(number=number).first()
    if found is None:
        raise Http404
    try:
        path = receipts.write(found)
    except PaperUnavailable:
        return render(request, "enrolment/receipt_waiting.html", {"receipt": found}, status=503)
    if may_see_all:
        payer = found.payment.application.person
        audit.note(
            act=audit.Act.READ,
            what="enrolment.receipt",
            by=request.user,
            at=timezone.now(),
            person=payer,
            about=found,
        )
    pdf = storages["private"].open(path)
    return FileResponse(pdf, content_type="application/pdf", filename=f"{found.number}.pdf")


@require_POST
@own_page
def end_relative(request, pk, person):
    """Somebody of age ends what a relative receives about them; a minor cannot."""
    relationship = get_object_or_404(Relationship.objects.select_related("relative"), pk=pk, person=person)
    at = timezone.now()
    if relatives.is_minor(person, at):
        messages.error(request, _("While you are not of age, the school ends it together with your guardians. Ask us."))
    else:
        relatives.end(relationship, by=request.user, at=at)
        told = _("%(relative)s receives nothing about you any more.") % {"relative": relationship.relative}
        messages.success(request, told)
    return redirect("enrolment:campus")
