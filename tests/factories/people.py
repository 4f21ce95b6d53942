"""People for tests: the smallest valid row each, fixed values."""

from datetime import UTC, datetime

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from people.access import roles
from people.models import Consent, Identity, OutgoingMessage, Person, User

MONDAY_9AM = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class UserFactory(DjangoModelFactory):
    """A login with a proved address; ``role="Adviser"`` puts it in that group, granted as in production."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@llevant.example")
    first_name = "Marta"
    last_name = "Vidal"
    password = factory.django.Password("matricula-demo")

    @factory.post_generation
    def email_is_proved(self, create, proved, **_rest):
        if create and proved is not False:
            EmailAddress.objects.create(user=self, email=self.email.lower(), verified=True, primary=True)

    @factory.post_generation
    def role(self, create, role, **_rest):
        if create and role:
            if not Group.objects.filter(name=role, permissions__codename="access_admin").exists():
                roles.grant_all()
            self.groups.add(Group.objects.get(name=role))


class PersonFactory(DjangoModelFactory):
    """A prospect with one e-mail address; ``email=""`` leaves it out, ``phone="+34…"`` adds a number."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    given_name = "Núria"
    family_name = "Puig Serra"
    language = "ca"
    created_at = MONDAY_9AM

    @factory.post_generation
    def email(self, create, email, **_rest):
        address = f"person{self.pk}@example.org" if email is None else email
        if create and address:
            IdentityFactory(person=self, value=address)

    @factory.post_generation
    def phone(self, create, phone, **_rest):
        if create and phone:
            IdentityFactory(person=self, kind=Identity.Kind.PHONE, value=phone)


class IdentityFactory(DjangoModelFactory):
    class Meta:
        model = Identity

    person = factory.SubFactory(PersonFactory, email="")
    kind = Identity.Kind.EMAIL
    value = factory.Sequence(lambda n: f"identity{n}@example.org")
    created_at = MONDAY_9AM


class ConsentFactory(DjangoModelFactory):
    """A yes to commercial e-mail, said on the website."""

    class Meta:
        model = Consent

    person = factory.SubFactory(PersonFactory)
    purpose = "commercial"
    channel = "email"
    decision = Consent.Decision.GRANTED
    wording_version = "commercial-2026-1"
    language = "ca"
    at = MONDAY_9AM
    source = "/enquire/"


class OutgoingMessageFactory(DjangoModelFactory):
    """A service message that is due."""

    class Meta:
        model = OutgoingMessage

    person = factory.SubFactory(PersonFactory)
    purpose = "service"
    to = factory.LazyAttribute(lambda message: message.person.identities.get().value)
    language = "ca"
    subject = "Matrícula confirmada"
    body = "Hola, Núria.\n\nJa tens plaça."
    key = factory.Sequence(lambda n: f"message-{n}")
    due_at = MONDAY_9AM
    created_at = MONDAY_9AM
