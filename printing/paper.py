"""Paper: a Django template in, an accessible PDF out.

Every document is tagged (PDF/UA-1), has a title, an author and a language, and is made from what stands on this
machine: a template cannot make the print shop fetch an address or read a file outside the static files.
"""

import mimetypes
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousOperation
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override


class PaperUnavailable(Exception):
    """This machine lacks a library that WeasyPrint needs; the message says which and how to get it."""


class FetchRefused(Exception):
    """A document asked for something that is not among the static files."""


def is_available() -> bool:
    """Can this machine make PDFs?"""
    try:
        _weasyprint()
    except PaperUnavailable:
        return False
    return True


def to_pdf(template: str, context: dict[str, Any], *, language: str, title: str, author: str | None = None) -> bytes:
    """Return the document as PDF/UA-1, its texts in ``language``.

    ``author`` is the site's name unless given. The template usually extends ``printing/base.html``; it is given
    ``language``, ``title`` and ``author`` beside its context. A picture from elsewhere is left out and logged.
    Raises PaperUnavailable when Pango is missing.
    """
    weasyprint = _weasyprint()
    author = author or settings.WAGTAIL_SITE_NAME
    with override(language):
        facts = {"language": language, "title": title, "author": author}
        html = render_to_string(template, {**context, **facts})
    # One fetcher per document, because WeasyPrint keeps a request on it while it works.
    document = weasyprint.HTML(string=html, base_url=_site_address(), url_fetcher=_fetcher_class()()).render()
    document.metadata.title = title
    document.metadata.authors = [author]
    document.metadata.lang = language
    return document.write_pdf(pdf_variant="pdf/ua-1")


def static_content(url: str) -> tuple[bytes, str]:
    """Return the bytes and the type of a static file of this site.

    Raises FetchRefused for any other address, whatever it points at.
    """
    site, asked = urlsplit(urljoin(_site_address(), settings.STATIC_URL)), urlsplit(url)
    same_site = (asked.scheme, asked.netloc) == (site.scheme, site.netloc)
    if not same_site or not asked.path.startswith(site.path):
        raise FetchRefused(url)
    name = unquote(asked.path.removeprefix(site.path))
    try:
        path = _static_path(name)
    except SuspiciousOperation as outside:
        raise FetchRefused(url) from outside
    if path is None:
        raise FetchRefused(url)
    return path.read_bytes(), mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _static_path(name: str) -> Path | None:
    # Collected files first: with hashed names only they know what the name in the page stands for.
    if getattr(staticfiles_storage, "location", None) and staticfiles_storage.exists(name):
        return Path(staticfiles_storage.path(name))
    found = finders.find(name)
    return Path(found) if found else None


def _site_address() -> str:
    # Relative links in a document lead to the website.
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + "/"


@cache
def _weasyprint() -> Any:
    try:
        import weasyprint  # noqa: PLC0415 -- it loads Pango, which a machine may lack
    except OSError as missing:
        raise PaperUnavailable(
            _("PDFs are switched off because Pango is missing: install the Debian package libpangoft2-1.0-0.")
        ) from missing
    return weasyprint


@cache
def _fetcher_class() -> type:
    _weasyprint()
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 -- as above

    class StaticFilesOnly(URLFetcher):
        def fetch(self, url, headers=None):
            if url.lower().startswith("data:"):
                return super().fetch(url, headers)
            content, content_type = static_content(url)
            return URLFetcherResponse(url, BytesIO(content), {"Content-Type": content_type})

    return StaticFilesOnly
