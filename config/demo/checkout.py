"""Pays on the sandbox's hosted page as a browser without JavaScript would: fills the form in and sends it."""

import urllib.error
import urllib.parse
import urllib.request

GOOD = "4242424242424242"
DECLINED = "4000000000000002"
PAID, REFUSED = 303, 402


class PageBroken(Exception):
    """The hosted page answered neither yes nor no."""


def pay(payment, *, card: str) -> None:
    """Send the card form of ``payment``'s page. A declined card is an answer too; anything else raises PageBroken."""
    fields = {"email": "payer@example.org", "number": card, "expiry": "12/40", "cvc": "123", "name": "Test Payer"}
    request = urllib.request.Request(payment.page_url, data=urllib.parse.urlencode(fields).encode())  # noqa: S310
    try:
        status = _without_following.open(request, timeout=20).status
    except urllib.error.HTTPError as answer:
        status = answer.code
    if status not in (PAID, REFUSED):
        raise PageBroken(f"{payment.page_url}: {status}")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


_without_following = urllib.request.build_opener(_NoRedirect)
