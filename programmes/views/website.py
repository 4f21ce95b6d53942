"""Pictures of the website: the covers of pages that have none, and those that editors chose."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from programmes.supports import covers

DAY = 24 * 3600
# What Wagtail keeps of pictures and shows to everybody; its documents have a view that asks who is asking.
PICTURES = ("images/", "original_images/", "avatar_images/")


@require_safe
@cache_control(public=True, max_age=30 * DAY, immutable=True)
def drawn_cover(request, family, key):
    """The same drawing for ever: its colours come from ``family``, its shapes from the key of the page."""
    return HttpResponse(covers.cover_svg(field_key=family, title=str(key)), content_type="image/svg+xml")


@require_safe
@cache_control(public=True, max_age=365 * DAY, immutable=True)  # another crop or file has another name
def picture(request, path):
    """A picture as the storage holds it; a server in front may serve the same address itself."""
    if not path.startswith(PICTURES) or not default_storage.exists(path):
        raise Http404
    return FileResponse(default_storage.open(path))


@require_safe
@cache_control(public=True, max_age=30 * DAY, immutable=True)
def drawn_picture(request, family, key):
    """The same cover as social networks show it, which take no drawings."""
    return HttpResponse(covers.cover_png(field_key=family, title=str(key)), content_type="image/png")
