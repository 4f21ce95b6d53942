"""Previews of a draft sheet on each of its supports: web, paper, mail, and the adviser's sheet."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.models import Programme, ProgrammePage
from programmes.selling import argument_sheet
from programmes.supports import brochures, mail_block

WEB, PAPER, MAIL, ADVISER = "", "paper", "mail", "adviser"
MODES = [(WEB, _("Web page")), (PAPER, _("Brochure")), (MAIL, _("In a mail")), (ADVISER, _("Adviser’s sheet"))]


def serve(page: ProgrammePage, request, mode: str) -> HttpResponse:
    """The draft ``page`` as the support ``mode`` shows it. Facts are the programme's of today on all of them."""
    if mode == PAPER:
        return brochures.serve(page, request)
    at = timezone.now()
    if mode == MAIL:
        programme = Programme.objects.select_related("field", "collection").get(pk=page.programme_id)
        block = mail_block.block(programme, language=page.locale.language_code, at=at)
        return render(request, "programmes/admin/mail_preview.html", {"page": page, "block": block})
    if not request.user.has_perm(argument_sheet.SEE):
        raise PermissionDenied
    return render(request, argument_sheet.PREVIEW, argument_sheet.for_preview(page, at=at))
