"""What people type at the door."""

from allauth.account.adapter import get_adapter
from allauth.account.fields import EmailField, PasswordField
from allauth.account.forms import LoginForm, RequestLoginCodeForm
from allauth.core import context, ratelimit
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import sign_in
from people.identity import identities


class CodeForm(RequestLoginCodeForm):
    """One e-mail address; whoever it belongs to gets a code, known to us or not."""

    def clean_email(self):
        try:
            address = identities.normalise_email(self.cleaned_data["email"])
        except identities.BadIdentity as refusal:
            raise forms.ValidationError(refusal.message)
        # The limit comes first: a login is only made for addresses that may still ask.
        if not ratelimit.consume(context.request, action="request_login_code", key=address):
            raise get_adapter().validation_error("too_many_login_attempts")
        self._user = sign_in.login_for(address, at=timezone.now())
        return address


class SignInForm(LoginForm):
    """The one door: an e-mail address alone gets a code; with a password it signs in with that."""

    def _setup_password_field(self):
        self.fields["login"] = EmailField(label=_("E-mail address"))
        self.fields["password"] = PasswordField(
            label=_("Password"),
            autocomplete="current-password",
            required=False,
            help_text=_("Leave it empty, and we send you a code by e-mail instead."),
        )

    def _clean_without_password(self, email, phone):
        form = CodeForm({"email": email})
        if form.is_valid():
            self.user = form._user
            self.cleaned_data["login"] = form.cleaned_data["email"]
        else:
            self.add_error("login", form.errors["email"])
        return self.cleaned_data


class AddPasskeyForm(AddWebAuthnForm):
    """One more passkey, in words that say what it is for."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("What you call it")
        self.fields["name"].help_text = _("Such as the name of the device, to tell it from others.")
        self.fields["passwordless"].label = _("Sign in with it alone")
        self.fields["passwordless"].help_text = _("It then has to ask for your finger, your face or a PIN.")
