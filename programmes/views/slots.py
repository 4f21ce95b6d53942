"""The addresses behind a commercial slot: seen, and followed."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from programmes.models import Slot
from programmes.printed import destinations
from programmes.slots import counts
from programmes.views import visits


# The pages that send it are kept for everybody, so they carry no token of anybody; nothing is done on anyone's behalf.
@csrf_exempt
@require_POST
def seen(request, uuid):
    """A reader had the slot in sight. The answer is the same whether it was counted or not."""
    if visits.is_reader(request) and visits.is_from_our_page(request):
        counts.note_impression(uuid, at=timezone.now())
    return HttpResponse(status=204)


@never_cache
@require_safe
def follow(request, uuid):
    """On to the sheet, with what tells an enquiry where it came from."""
    slot = get_object_or_404(Slot.objects.select_related("programme"), uuid=uuid)
    asked = request.GET.get("in", "")
    language = asked if asked in dict(settings.LANGUAGES) else (get_language() or settings.LANGUAGE_CODE)[:2]
    if visits.is_reader(request):
        counts.note_click(slot.uuid, at=timezone.now())
    page = destinations.sheet_or_catalogue(slot.programme, language=language)
    address = (page and page.get_url(request)) or "/"
    response = HttpResponseRedirect(f"{address}?{counts.utm_of(slot)}")
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
