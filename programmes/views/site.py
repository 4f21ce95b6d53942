"""Addresses of the website that are not pages: its door, its colours, the covers, and what search engines read."""

from hashlib import sha256

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe
from wagtail import views as wagtail_views

from people.own_data.links import absolute
from programmes import shell
from programmes.models import Programme
from programmes.supports import covers
from programmes.website import site_map

CLOSED_TO_ROBOTS = [
    "/admin/", "/accounts/", "/api/", "/apply/", "/campus/", "/enquire/", "/language/", "/my-data/", "/preferences/",
    "/promise/", "/q/", "/slots/", "/survey/", "/webhooks/",
]  # fmt: skip
DAY = 24 * 3600


@require_safe
def front_door(request):
    """To the home page in the reader's language: the one last read, else the browser's, else the school's."""
    response = redirect(f"/{get_language() or settings.LANGUAGE_CODE}/")
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@require_safe
def choose_language(request, code):
    """Remember the language for pages that have none in their address, and go back to where the reader was."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    back = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if is_ours else f"/{code}/")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * DAY,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response


def _brand(request) -> str:
    school = shell.school_of(request)
    return f":root{{--accent-light:{school.accent};--accent-dark:{school.accent_dark};--radius:{school.radius}}}\n"


@require_safe
@cache_control(public=True, max_age=300)
@condition(etag_func=lambda request: f'"{sha256(_brand(request).encode()).hexdigest()[:16]}"')
def brand_css(request):
    return HttpResponse(_brand(request), content_type="text/css; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=30 * DAY)
def cover(request, uuid):
    programme = get_object_or_404(Programme.objects.select_related("field"), uuid=uuid)
    field_key = programme.field.slug if programme.field else programme.level
    drawing = covers.cover_svg(field_key=field_key, title=programme.title)
    return HttpResponse(drawing, content_type="image/svg+xml")


@require_safe
@cache_control(public=True, max_age=30 * DAY)
def cover_picture(request, uuid):
    """The cover as social networks show it."""
    programme = get_object_or_404(Programme.objects.select_related("field"), uuid=uuid)
    field_key = programme.field.slug if programme.field else programme.level
    return HttpResponse(covers.cover_png(field_key=field_key, title=programme.title), content_type="image/png")


@require_safe
@cache_control(public=True, max_age=30 * DAY)
def field_cover(request, slug):
    drawing = covers.cover_svg(field_key=slug, title="", width=630)
    return HttpResponse(drawing, content_type="image/svg+xml")


@require_safe
def brochure(request, path):
    """A sheet on paper: found, kept private and served by Wagtail as the page it belongs to."""
    return wagtail_views.serve(request, path)


@require_safe
def robots_txt(request):
    lines = ["User-agent: *", *[f"Disallow: {path}" for path in CLOSED_TO_ROBOTS]]
    lines += ["", f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap_xml(request):
    """Every public page with its translations, every teacher, and the news of these days."""
    entries = site_map.entries(request, on=timezone.localdate())
    return render(request, "programmes/sitemap.xml", {"entries": entries}, content_type="application/xml")
