"""The short links of campaigns: following one, and its QR code for the desk."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from enquiries.models import ShortLink
from enquiries.origins import short_links
from enquiries.roles import SEE_LINKS
from programmes.printed import destinations, qr_codes
from programmes.views import visits


@never_cache
@require_safe
def follow(request, code):
    """On to the page of the link with the marks of its campaign; where that is gone, a page that helps on."""
    at = timezone.now()
    link = short_links.find(code)
    address = short_links.marked_address(link, on=timezone.localdate(at)) if link else ""
    if not address:
        page = destinations.sheet_or_catalogue(None, language=get_language() or "ca")
        context = {"is_known": link is not None, "catalogue_url": (page and page.get_url(request)) or "/"}
        response = render(request, "enquiries/short_link_gone.html", context, status=410 if link else 404)
    else:
        if visits.is_reader(request):
            short_links.note_visit(link, at=at)
        response = HttpResponseRedirect(address)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@permission_required(SEE_LINKS, raise_exception=True)
@require_safe
def qr_svg(request, pk):
    link = get_object_or_404(ShortLink, pk=pk)
    return _file(qr_codes.svg(short_links.short_address(link), label=link.name), "image/svg+xml", f"qr-{link.code}.svg")


@permission_required(SEE_LINKS, raise_exception=True)
@require_safe
def qr_png(request, pk):
    link = get_object_or_404(ShortLink, pk=pk)
    return _file(qr_codes.png(short_links.short_address(link)), "image/png", f"qr-{link.code}.png")


def _file(content, kind, name):
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
