"""Sign-in with an account somebody has elsewhere: it opens the login of the mailbox the provider vouches for."""

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal.flows.email_authentication import wipe_password
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from people.access import sign_in
from people.identity import identities, names


class Adapter(DefaultSocialAccountAdapter):
    """Never makes a second record: an address that is vouched for leads where a code to it would lead.

    An address the provider does not vouch for proves nothing, so it opens and makes nothing.
    """

    def pre_social_login(self, request, sociallogin):
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        address = _vouched_for(sociallogin)
        if not address:
            _send_to_the_door(
                request,
                _("%(provider)s does not say that your e-mail address is yours. Sign in with a code instead.")
                % {"provider": sociallogin.account.get_provider().name},
            )
        user = sign_in.login_for(address, at=timezone.now())
        if user is None:
            _send_to_the_door(request, _("This account is closed."))
        # Somebody else may have begun an account with this address and waits: their password and sessions end.
        wipe_password(request, user, address)
        EmailAddress.objects.filter(user=user, email__iexact=address).update(verified=True)
        user.first_name = user.first_name or names.clean(sociallogin.user.first_name)
        user.last_name = user.last_name or names.clean(sociallogin.user.last_name)
        sociallogin.connect(request, user)

    def is_open_for_signup(self, request, sociallogin):
        return False  # every login is made by ``login_for``


def _vouched_for(sociallogin) -> str:
    for given in sociallogin.email_addresses:
        if given.verified is True:
            try:
                return identities.normalise_email(given.email)
            except identities.BadIdentity:
                continue
    return ""


def _send_to_the_door(request, why: str):
    account_adapter(request).add_message(request, messages.ERROR, message=why)
    raise ImmediateHttpResponse(redirect("account_login"))
