"""My campus: the student's own page, furnished by every floor, and the door to one's receipts."""

from django.contrib.auth.decorators import login_required
from django.core.files.storage import storages
from django.http import FileResponse, Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from enrolment import receipts
from enrolment.models import Application, Receipt
from enrolment.views.own import own_page
from people import audit, walls
from people.sign_in import person_of
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
    """A receipt as PDF, for the person who paid and for Finance; to anybody else it does not exist.

    Of somebody forgotten, only for those who may see what the law keeps.
    """
    person = person_of(request)
    may_see_all = request.user.has_perm(SEE_ALL)
    rows = Receipt.objects.select_related("payment__application__person")
    visible = rows if may_see_all else receipts.of_person(person) if person else Receipt.objects.none()
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
