"""The back office's way to the one door."""

from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods


@require_http_methods(["GET", "HEAD", "POST"])
def admin_login(request):
    """Wagtail's own door leads to ours, so that codes, passkeys and the second factor hold for everybody."""
    to = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = redirect(f"/accounts/login/?{urlencode({'next': to})}" if safe else "account_login")
    add_never_cache_headers(response)
    return response
