"""What the owner of a login is told when something about it changes, in one letter for all of it."""

from collections.abc import Callable

from django.utils.translation import gettext as _

NEW_DEVICE = "people/new_device"
LOCKED = "people/locked"
WORDS: dict[str, Callable[[dict], tuple[str, str]]] = {
    NEW_DEVICE: lambda _facts: (
        _("A sign-in from a browser we had not seen"),
        _("Somebody signed in to your account from a browser that had not been used for it before."),
    ),
    LOCKED: lambda _facts: (
        _("Somebody is guessing your password"),
        _(
            "Several wrong passwords were typed for your account, so passwords are refused for some minutes. "
            "A code by e-mail still lets you in."
        ),
    ),
    "account/email/password_changed": lambda _facts: (
        _("Your password has changed"),
        _("The password of your account has been changed."),
    ),
    "account/email/password_set": lambda _facts: (
        _("You have a password now"),
        _("A password has been set for your account."),
    ),
    "account/email/password_reset": lambda _facts: (
        _("Your password has changed"),
        _("The password of your account has been changed with the link we sent."),
    ),
    "account/email/email_changed": lambda facts: (
        _("Your e-mail address has changed"),
        _("The address of your account was %(before)s and is now %(now)s.")
        % {"before": facts.get("from_email", ""), "now": facts.get("to_email", "")},
    ),
    "account/email/email_confirm": lambda _facts: (
        _("Your e-mail address is confirmed"),
        _("An e-mail address of your account has been confirmed."),
    ),
    "account/email/email_deleted": lambda facts: (
        _("An e-mail address was removed"),
        _("The address %(address)s no longer belongs to your account.") % {"address": facts.get("deleted_email", "")},
    ),
    "mfa/email/recovery_codes_generated": lambda _facts: (
        _("New recovery codes"),
        _("New recovery codes have been made for your account. The old ones no longer work."),
    ),
    "mfa/email/totp_activated": lambda _facts: (
        _("Your second step is on"),
        _("An authenticator app is now asked for when you sign in."),
    ),
    "mfa/email/totp_deactivated": lambda _facts: (
        _("Your second step is off"),
        _("The authenticator app is no longer asked for when you sign in."),
    ),
    "mfa/email/webauthn_added": lambda _facts: (
        _("A passkey was added"),
        _("A passkey has been added to your account."),
    ),
    "mfa/email/webauthn_removed": lambda _facts: (
        _("A passkey was removed"),
        _("A passkey has been removed from your account."),
    ),
    "socialaccount/email/account_connected": lambda facts: (
        _("%(provider)s opens your account now") % {"provider": _provider(facts)},
        _("You can sign in to your account with %(provider)s.") % {"provider": _provider(facts)},
    ),
    "socialaccount/email/account_disconnected": lambda facts: (
        _("%(provider)s no longer opens your account") % {"provider": _provider(facts)},
        _("Your account can no longer be opened with %(provider)s.") % {"provider": _provider(facts)},
    ),
}


def words(notice: str, facts: dict) -> tuple[str, str]:
    """Subject and sentence of ``notice`` in the language that is spoken now; KeyError for one that has no words."""
    return WORDS[notice](facts)


def _provider(facts: dict) -> str:
    provider = facts.get("provider", "")
    return getattr(provider, "name", "") or str(provider)
