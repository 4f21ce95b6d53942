"""The addresses at which machines hand in leads, and the page of a door in the back office."""

import json

import structlog
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from enquiries.intake import doors, lead_shapes
from enquiries.models import LeadDoor
from enquiries.roles import CHANGE_DOORS
from people.back_office import ReadOnlyInspectView
from people.own_data.links import absolute

log = structlog.get_logger("matricula.doors")
MOST = 512 * 1024


# The signature proves who is calling; there is no session whose authority could be borrowed.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def lead(request, uuid):
    """Take in what a sender delivers; GET is how some make sure that the address is ours."""
    door = LeadDoor.objects.select_related("campaign", "partner").filter(uuid=uuid, is_open=True).first()
    if door is None:
        raise Http404
    if request.method == "GET":
        return _challenge(request, door)
    try:
        if int(request.headers.get("Content-Length") or 0) > MOST:
            return _refused(413, f"At most {MOST} bytes.")
        body = request.body
        payload = json.loads(body)
        doors.prove(door, request.headers, body, payload, at=timezone.now())
        number = request.headers.get("X-Matricula-Event", "").strip()
        answers = doors.deliver(door, payload, body, number=number, at=timezone.now())
    except doors.NotProved as why:
        log.warning("door_not_proved", door=door.pk)
        return _refused(401, str(why))
    except (ValueError, RecursionError, lead_shapes.NotALead):
        return _refused(400, "This is not a lead as this door knows them.")
    except RequestDataTooBig:
        return _refused(413, f"At most {MOST} bytes.")
    except UnreadablePostError:
        return _refused(400, "Broken off.")
    status = max((answer.status for answer in answers), default=200)
    # Ad platforms deliver again what is refused; they have no way to put it right.
    status = 200 if door.kind != LeadDoor.Kind.SIGNED else status
    return JsonResponse({"leads": [answer.body for answer in answers]}, status=status)


def _challenge(request, door):
    answer = doors.challenge(door, request.GET)
    if answer is None:
        return _refused(403, "Not known here.")
    if door.kind == LeadDoor.Kind.LINKEDIN:
        return JsonResponse({"challengeCode": request.GET["challengeCode"][:200], "challengeResponse": answer})
    return HttpResponse(answer, content_type="text/plain")


def _refused(status, why):
    return JsonResponse({"error": why}, status=status)


class DoorPageView(ReadOnlyInspectView):
    """One door: its address, how it is used, what waits at it."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | _facts(self.request, self.object)


@require_POST
@permission_required(CHANGE_DOORS, raise_exception=True)
def new_secret(request, pk):
    """Give the door a new secret and show it, this once."""
    door = get_object_or_404(LeadDoor, pk=pk)
    secret = doors.give_secret(door, by=request.user, at=timezone.now(), given=request.POST.get("given", ""))
    context = _facts(request, door) | {"secret": secret, "verify_token": doors.verify_token(door), "object": door}
    response = render(request, "enquiries/admin/door_secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _facts(request, door):
    return {
        "door": door,
        "address": absolute(reverse("enquiries:lead_door", args=[door.uuid])),
        "waiting": doors.waiting_of(door),
        "taken": doors.done_of(door),
        "may_change": request.user.has_perm(CHANGE_DOORS),
        "makes_own_secrets": door.kind in (LeadDoor.Kind.META, LeadDoor.Kind.LINKEDIN),
    }
