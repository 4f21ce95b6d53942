"""What stands around every page while somebody looks at the product as another."""

from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from people.access import audit, looking_as
from people.models import User

SAFE = ("GET", "HEAD", "OPTIONS")
# One's own way in (passwords, second factor, sessions, passkeys) and one's file are nobody else's to see.
PRIVATE = ("/accounts/", "/admin/account/", "/my-data/")
NOT_PAGES = ("text/css", "text/javascript", "application/javascript", "image/")
READ_ONLY = "25006"  # SQLSTATE: a statement that writes, in a transaction that only reads


class LookingAs:
    """Shows the pages of whoever is looked at, read-only, with a banner; stands after the check of the second factor.

    Nothing can be changed: unsafe methods are refused, and the page is made in a transaction in which the database
    itself refuses to write. What is read is noted afterwards, outside of it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if looking_as.KEY not in getattr(request, "session", {}):
            return self.get_response(request)
        really, at = request.user, timezone.now()
        look = looking_as.current(request.session, by=really, at=at) if really.is_authenticated else None
        leaving = request.path in (reverse("account_logout"), reverse("people_stop_looking"))
        if look is None or leaving:
            kept = User.objects.filter(pk=request.session[looking_as.KEY].get("target")).first()
            if look is None or request.method == "POST":
                looking_as.stop(request.session, by=really if really.is_authenticated else None, at=at, target=kept)
            return self.get_response(request)
        request.looked_at_until = look.until
        if request.method not in SAFE:
            return self._banner(request, look, _refused(request, _("Nothing can be changed while you look.")))
        if request.path.startswith((*PRIVATE, reverse("people_look_as"))):
            return self._banner(request, look, _refused(request, _("This page is only for whoever it belongs to.")))
        return self._seen(request, look, really, at)

    def _seen(self, request, look, really, at):
        request.user, request.really_by = look.target, really
        with audit.watching(really) as watched:
            with _reading_only():
                response = self.get_response(request)
            if getattr(request, "wrote_while_looking", False):
                response = _refused(request, _("This page writes something down when it opens, so it stays closed."))
            self._note(request, response, look, at)
        audit.note_all(watched.entries)
        return self._banner(request, look, response)

    def _note(self, request, response, look, at):
        if not response.get("Content-Type", "").startswith(NOT_PAGES):
            audit.note(
                act=audit.Act.LOOKED_AS,
                what="people.look_page",
                by=look.target,
                at=at,
                person=looking_as.person_of(look.target),
                about=look.target,
                # The path only: what is searched for stands behind it, and may be somebody's name.
                detail={"path": request.path, "status": response.status_code},
            )

    def process_exception(self, request, exception):
        cause = getattr(exception, "__cause__", None)
        if isinstance(exception, DatabaseError) and getattr(cause, "sqlstate", "") == READ_ONLY:
            request.wrote_while_looking = True
            return HttpResponse(status=403)  # the page that says so is made when the transaction is over
        return None

    def _banner(self, request, look, response):
        """Put the banner on every page that is one, of the site and of the back office, errors among them."""
        is_page = response.get("Content-Type", "").startswith("text/html") and not response.streaming
        body = response.content if is_page else b""
        opening = body.find(b"<body")
        place = body.find(b">", opening) + 1 if opening >= 0 else 0
        if place:
            banner = render_to_string("people/looking_banner.html", {"look": look}, request=request)
            response.content = body[:place] + banner.encode() + body[place:]
            if response.has_header("Content-Length"):
                response["Content-Length"] = str(len(response.content))
        response["Cache-Control"] = "no-store"
        return response


@contextmanager
def _reading_only():
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
        transaction.set_rollback(True)


def _refused(request, why):
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": why}, status=403)
    return render(request, "people/looking_refused.html", {"why": why}, status=403)
