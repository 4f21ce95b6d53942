"""How people come in: allauth's e-mail code, password or passkey, all ending in one person."""

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):
    """Ties allauth's sign-in to persons."""
