"""The sheet of the programme, put into the answer that is being written."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from contact_centre import reply_texts
from contact_centre.forms import AnswerForm
from contact_centre.models import Case
from contact_centre.views.case import CaseView
from contact_centre.views.shared import TAKE
from programmes.supports import mail_block


@require_POST
@permission_required(TAKE, raise_exception=True)
def insert_sheet(request, uuid):
    """The fields of the answer as they were typed, with today's facts of the programme above the name at the end."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("programme"), uuid=uuid)
    typed = {name: request.POST.get(name, "") for name in ("subject", "body", "purpose", "draft")}
    if case.programme and case.adviser_id == request.user.pk:
        block = mail_block.block(case.programme, language=case.language, at=timezone.now())
        signed = request.user.get_full_name() or request.user.email
        typed["body"] = reply_texts.with_block(typed["body"], block.text, above=signed)
    form = AnswerForm(initial=typed)
    if request.htmx:
        return render(request, "contact_centre/admin/compose.html", {"answer_form": form})
    return CaseView.as_view(answer_form=form)(request, uuid=uuid)
