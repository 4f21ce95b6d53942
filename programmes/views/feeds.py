"""The catalogue as other systems fetch it: what is on offer now, kept until it changes."""

from hashlib import sha256

from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from programmes import exports
from programmes.kept_pages import freshness

KEPT_SECONDS = 60 * 60 * 24
BY_SUFFIX = {one.suffix: one for one in exports.FORMATS.values()}


@require_safe
def feed(request, suffix):
    """The school's programmes in one format. Whoever has the present one already is told so, without a body."""
    found = BY_SUFFIX.get(suffix)
    if found is None:
        raise Http404
    etag, content = _content(found)
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or HttpResponse(content, content_type=found.content_type)
    response["ETag"] = etag
    # Kept by whoever wants to, asked about each time: a price is never older than the question.
    response["Cache-Control"] = "public, no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Robots-Tag"] = "noindex"
    if unchanged is None:
        response["Content-Disposition"] = f'inline; filename="programmes.{suffix}"'
    return response


def _content(found: exports.Format) -> tuple[str, bytes]:
    """The feed with its tag: what was kept under the present stamp, else made now."""
    on, stamp = timezone.localdate(), freshness.stamp()
    shelf, key = caches["pages"], f"feed:{found.code}"
    kept = shelf.get(key)
    if kept and kept[:2] == (stamp, on):
        return kept[2], kept[3]
    with translation.override(settings.LANGUAGE_CODE):  # one feed for everybody, whatever their browser speaks
        content = "".join(exports.write(found.code, "", on=on, is_public=True)).encode()
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    shelf.set(key, (stamp, on, etag, content), KEPT_SECONDS)
    return etag, content
