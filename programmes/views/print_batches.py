"""The short addresses on paper."""

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from programmes.printed import destinations, print_batches
from programmes.views import visits


@never_cache
@require_safe
def follow(request, code):
    """On to what the paper is about; where that is gone, or nobody printed this code, a page that helps on."""
    batch = print_batches.find(code)
    if batch and visits.is_reader(request):
        print_batches.note_visit(batch, at=timezone.now())
    page = print_batches.destination(batch) if batch else None
    address = page and page.get_url(request)
    if not address:
        return _gone(request, batch)
    response = HttpResponseRedirect(f"{address}?{print_batches.utm_of(batch)}")
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _gone(request, batch):
    language = batch.language if batch else translation.get_language() or "ca"
    with translation.override(language):
        request.LANGUAGE_CODE = language
        page = destinations.sheet_or_catalogue(None, language=language)
        title = batch.programme.title_in(language) if batch and batch.programme else ""
        context = {"batch": batch, "title": title, "catalogue_url": (page and page.get_url(request)) or "/"}
        response = render(request, "programmes/short_address_gone.html", context, status=410 if batch else 404)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
