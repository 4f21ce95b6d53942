"""What happens around every request: its id, its language, the policy of the back office, the second factor."""

import re
import time

import structlog
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.contrib import messages
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_path
from django.utils.translation import gettext as _

from config import logs

log = structlog.get_logger("matricula.request")
ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestId:
    """Gives each request an id (a balancer's ``X-Request-ID`` if it sent one), logs it and answers with it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get("X-Request-ID", "")
        request.id = given if ACCEPTABLE_ID.fullmatch(given) else logs.new_request_id()
        logs.bind(request.id)
        started = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-ID"] = request.id
        log.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round(1000 * (time.perf_counter() - started), 1),
        )
        return response


class BackOfficePolicy:
    """Wagtail's admin needs inline styles and scripts; only staff see it, so only there are they allowed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_replace = {
                "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
                "style-src": [SELF, UNSAFE_INLINE],
                "img-src": [SELF, "data:", "blob:"],
                "frame-src": [SELF],
                "default-src": [NONE],
            }
        return response


class SpokenLanguage(LocaleMiddleware):
    """Django's, except that only pages of the website are looked for again below a language.

    Django sends every missing address to ``/ca/…`` because the website's last pattern takes anything; a missing case
    or a missing row of the API is missing, whatever the language.
    """

    WITHOUT_LANGUAGE = re.compile(
        r"/(admin|api|accounts|webhooks|hooks|enquire|promise|preferences|my-data|survey|apply|campus|community|documents|"
        r"media|static|slots|q|go|remember|came)/"
    )

    def process_response(self, request, response):
        if response.status_code == 404 and self.WITHOUT_LANGUAGE.match(request.path_info):
            patch_vary_headers(response, ("Accept-Language",))
            return response
        return super().process_response(request, response)


class RememberLanguage:
    """Pages without a language in their address (apply, campus, sign-in) speak the one last read on the website."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        language = get_language_from_path(request.path_info)
        if language and response.status_code == 200 and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != language:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                language,
                max_age=365 * 24 * 3600,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                samesite=settings.LANGUAGE_COOKIE_SAMESITE,
            )
        return response


class StaffSecondFactor:
    """With ``STAFF_MFA`` set, staff set up a second factor before they see the back office."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.STAFF_MUST_USE_MFA and request.path.startswith("/admin/") and request.user.is_authenticated:
            from allauth.mfa.utils import is_mfa_enabled  # noqa: PLC0415 -- needs the apps loaded

            if not is_mfa_enabled(request.user):
                messages.info(request, _("The back office asks for a second step. Set one up here, and you can go on."))
                return redirect(reverse("mfa_index"))
        return self.get_response(request)


class ProviderAway:
    """An account elsewhere whose provider does not answer is no fault of ours: back to the door with its other ways."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        from requests import RequestException  # noqa: PLC0415 -- slow to load, and seldom needed

        if not (isinstance(exception, RequestException) and request.path.startswith("/accounts/")):
            return None
        log.warning("sign_in_provider_away", error=type(exception).__name__)
        messages.error(request, _("Your account elsewhere cannot be reached just now. Sign in with a code instead."))
        return redirect("account_login")
