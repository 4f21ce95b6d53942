"""How people come in: one door, a code by e-mail, a password or a passkey, all ending in one person.

A mailbox proves itself by a code before anything is shown. Whoever has proved it becomes the person that owns the
e-mail identity, unless somebody else put that identity there.
"""

from datetime import datetime

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override

from people import announcements, timeline
from people.access import account_notices, devices, ways_in
from people.contact import mails
from people.identity import identities, merging
from people.models import Channel, Identity, Language, Person, Touchpoint, User
from people.own_data import links

BACK_OFFICE = "wagtailadmin.access_admin"
BACK_OFFICE_HOME = "/admin/"


class Adapter(DefaultAccountAdapter):
    """Ties allauth's sign-in to persons."""

    def login(self, request, user):
        super().login(request, user)
        at = timezone.now()
        person = become_person(user, at=at)
        if person is not None:
            _note_accounts_elsewhere(merging.current(person), user, at=at)

    def send_mail(self, template_prefix, email, context):
        language = (get_language() or settings.LANGUAGE_CODE)[:2]
        super().send_mail(template_prefix, email, mails.letterhead(language) | {"language": language} | context)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """One letter for everything that happens to a login, in words of ours."""
        email = email or EmailAddress.objects.get_primary_email(user)
        if not email:
            return
        person = getattr(user, "person", None)
        with override(person.language if person else get_language()):
            subject, notice = account_notices.words(template_prefix, context or {})
            facts = {
                "notice_subject": subject,
                "notice": notice,
                "device": devices.name_of(self.get_http_user_agent(self.request)),
                "ip": self.get_client_ip(self.request),
                "timestamp": timezone.now(),
                "sessions_url": links.absolute(reverse("usersessions_list")),
            }
            self.send_mail("account/email/notice", email, facts)

    def pre_authenticate(self, request, **credentials):
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._tell_owner_of_guessing(request, credentials.get("email", ""))
            raise

    def _tell_owner_of_guessing(self, request, email):
        """Once in an hour, however long the guessing goes on."""
        user = User.objects.filter(email__iexact=email, is_active=True).first() if email else None
        if user and ratelimit.consume(request, action="guessing_notice", key=str(user.pk)):
            self.send_notification_mail(account_notices.LOCKED, user)

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        key, is_news = devices.recognise(
            user,
            key=request.COOKIES.get(devices.COOKIE, ""),
            agent=self.get_http_user_agent(request),
            at=timezone.now(),
        )
        if is_news:
            self.send_notification_mail(account_notices.NEW_DEVICE, user)
        response.set_cookie(
            devices.COOKIE,
            key,
            max_age=devices.KEPT,
            secure=settings.SECURE_COOKIES,
            httponly=True,
            samesite="Lax",
        )
        return response

    def is_reauthentication_required(self, *, app, **kwargs):
        """Whoever came in a moment ago has just shown who they are."""
        shown = get_authentication_records(self.request, self.request.user)
        if shown and timezone.now().timestamp() - shown[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user):
        """A passkey, where there is one, is quicker than a code to copy."""
        methods = super().get_reauthentication_methods(user)
        return sorted(methods, key=lambda method: method["id"] != "mfa_reauthenticate:webauthn")

    def get_login_redirect_url(self, request):
        if request.user.has_perm(BACK_OFFICE):
            return BACK_OFFICE_HOME
        return super().get_login_redirect_url(request)


def person_of(request) -> Person | None:
    """The person who is signed in, if their login belongs to one."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    person = getattr(user, "person", None)
    return ways_in.signed_in(merging.current(person), user.email) if person is not None else None


def login_for(email: str, *, at: datetime) -> User | None:
    """The login to which a code for ``email`` leads: an existing one, or a new one that can do nothing before the code.

    An address that somebody merely wrote into an account and never proved does not lead to that account. Returns None
    for a login that has been closed. Raises identities.BadIdentity.
    """
    address = identities.normalise_email(email)
    proved = EmailAddress.objects.select_related("user").filter(email__iexact=address, verified=True).first()
    user = proved.user if proved else User.objects.filter(email__iexact=address).first()
    if user is None:
        # Two requests at once: the unique address lets one row in.
        unusable = {"date_joined": at, "password": make_password(None)}
        user, _is_new = User.objects.get_or_create(email=address, defaults=unusable)
    if not proved:
        EmailAddress.objects.get_or_create(user=user, email=address, defaults={"primary": True})
    return user if user.is_active else None


def trust_email(user: User) -> None:
    """Take the login's address as proved: for accounts that the school makes itself."""
    EmailAddress.objects.filter(email__iexact=user.email, verified=True).exclude(user=user).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email.lower(), defaults={"verified": True, "primary": True}
    )


@transaction.atomic
def become_person(user: User, *, at: datetime) -> Person | None:
    """Tie a login whose address is proved to its person, and say so; a second time changes nothing.

    Staff become a person only if one with their address exists. Returns None when there is none, or no proof.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    known = Person.objects.filter(user=user).first()
    if known is not None:
        return merging.current(known)
    if not EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists():
        return None
    email = identities.normalise_email(user.email)
    identity = (
        Identity.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(kind=Identity.Kind.EMAIL, value=email)
        .first()
    )
    if identity is None and user.has_perm(BACK_OFFICE):
        return None
    person = _rightful_person(identity, email, user, at)
    person.user = user
    person.save(update_fields=["user"])
    person.identities.filter(kind=Identity.Kind.EMAIL, value=email).update(verified_at=at, may_sign_in=True)
    timeline.record(
        person, at=at, channel=Channel.WEB, direction=Touchpoint.Direction.IN, kind="people.signed_in", summary=""
    )
    announcements.announce("after_person_verified", at=at, person=person, email=email)
    return person


def _note_accounts_elsewhere(person: Person, user: User, *, at: datetime) -> None:
    """Each account that opens the login is one more identity of the person; one that is somebody's stays theirs."""
    accounts = SocialAccount.objects.filter(user=user).values_list("provider", "uid")
    Identity.objects.bulk_create(
        [
            Identity(
                person=person,
                kind=Identity.Kind.EXTERNAL,
                issuer=provider[:60],
                value=uid[:254],
                source="sign-in",
                verified_at=at,
                created_at=at,
            )
            for provider, uid in accounts
        ],
        ignore_conflicts=True,
    )


def sweep_unproved(*, before: datetime) -> int:
    """Delete logins that asked for a code before ``before`` and never typed it; return how many."""
    proved = EmailAddress.objects.filter(verified=True).values("user_id")
    unproved = User.objects.filter(
        date_joined__lt=before, last_login=None, is_staff=False, is_superuser=False, groups=None, person=None
    ).exclude(pk__in=proved)
    return unproved.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX).delete()[1].get(User._meta.label, 0)


def _rightful_person(identity: Identity | None, email: str, user: User, at: datetime) -> Person:
    """The person whose address it is. One that a stranger wrote down, or whose person has a login, starts afresh."""
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    if identity is None:
        return identities.match_or_create(
            at=at,
            email=email,
            given_name=user.first_name,
            family_name=user.last_name,
            language=language,
            source="sign-in",
        )[0]
    if identity.may_sign_in and identity.person.user_id is None and identity.person.erased_at is None:
        return identity.person
    language = language if language in Language.values else Language.CATALAN
    identity.person = Person.objects.create(created_at=at, language=language, source="sign-in")
    identity.save(update_fields=["person"])
    return identity.person
