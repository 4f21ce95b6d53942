"""Marking the arguments used in a case, and for whom the technical sheet is opened."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contact_centre import arguments, queue
from contact_centre.models import Case
from contact_centre.views.shared import TAKE
from people.models import Person
from programmes.models import Argument
from programmes.selling import argument_sheet

MARK = "contact_centre/admin/argument_mark.html"


def panel(case: Case, user) -> dict:
    """What the case shows of its arguments; nothing for those who may not read arguments."""
    if not user.has_perm(argument_sheet.SEE):
        return {}
    found = arguments.offered(case)
    is_objection = Argument.Kind.OBJECTION
    return {
        "arguments_said": [one for one in found if one.said.argument.kind != is_objection],
        "objections_said": [one for one in found if one.said.argument.kind == is_objection],
        "arguments_used": sum(one.is_used for one in found),
        "may_mark": user.has_perm(TAKE) and queue.may_act_on(case, user),
    }


@require_POST
@permission_required((TAKE, argument_sheet.SEE), raise_exception=True)
def mark(request, uuid, pk):
    """Mark an argument as used in a case, or take the mark back; for htmx the button comes back as it is now."""
    case = get_object_or_404(Case.objects.visible_to(request.user), uuid=uuid)
    argument = get_object_or_404(Argument, pk=pk)
    try:
        if is_used := request.POST.get("used") == "yes":
            arguments.mark(case, argument, by=request.user, at=timezone.now())
        else:
            arguments.unmark(case, argument, by=request.user)
    except queue.NotYours:
        if request.htmx:
            raise PermissionDenied
        messages.error(request, _("Nothing was marked: somebody else holds this case."))
        return redirect("contact_centre_case", case.uuid)
    except arguments.NotOfThisCase:
        raise PermissionDenied
    if request.htmx:
        return render(request, MARK, {"case": case, "argument": argument, "is_used": is_used, "may_mark": True})
    return redirect(_way_back(request, case))


def _way_back(request, case: Case) -> str:
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if target and is_ours else reverse("contact_centre_case", args=[case.uuid]) + "#desk-arguments"


# --- for whom the technical sheet is opened


def askers() -> dict:
    return {"case": for_case, "person": for_person}


def for_case(value: str, user) -> argument_sheet.Asker | None:
    """The person of a case, in its language, with a mark beside each argument."""
    case = _found(Case.objects.visible_to(user).select_related("person", "programme"), value)
    if case is None:
        return None
    used = set(case.arguments_used.values_list("argument_id", flat=True))
    may_mark = user.has_perm(TAKE) and queue.may_act_on(case, user)

    def mark_of(argument: Argument, request) -> SafeString:
        if argument.programme_id not in (None, case.programme_id):
            return SafeString("")  # the sheet of another programme than the one they asked about
        context = {"case": case, "argument": argument, "is_used": argument.pk in used, "may_mark": may_mark}
        return render_to_string(MARK, context | {"next": request.get_full_path()}, request=request)

    return argument_sheet.Asker(
        language=case.language,
        label=str(case.person),
        address=reverse("contact_centre_case", args=[case.uuid]),
        person=case.person,
        about_kind="contact_centre.case",
        about_id=case.pk,
        mark=mark_of,
    )


def for_person(value: str, user) -> argument_sheet.Asker | None:
    person = _found(Person.objects.known().visible_to(user), value)
    if person is None:
        return None
    return argument_sheet.Asker(
        language=person.language,
        label=str(person),
        address=reverse("contact_centre_person", args=[person.uuid]),
        person=person,
        about_kind="people.person",
        about_id=person.pk,
    )


def _found(rows, value: str):
    try:
        return rows.filter(uuid=UUID(value)).first()
    except ValueError:
        return None
