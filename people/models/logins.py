"""Logins, and what is known about where they are used."""

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager):
    """Makes logins that have an e-mail address where Django expects a user name."""

    def _create(self, email, password, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, email, password=None, **fields):
        return self._create(email, password, **fields)

    def create_superuser(self, email, password=None, **fields):
        return self._create(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A login. Staff, students and prospects sign in with their e-mail address."""

    username = None  # type: ignore[assignment]  # Django's way to have none
    email = models.EmailField(_("e-mail address"), unique=True)
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []
    objects = UserManager()  # type: ignore[assignment]  # nobody is made by a user name

    class Meta(AbstractUser.Meta):
        permissions = [("look_as", _("Can look at the product as somebody else"))]

    def __str__(self):
        return self.get_full_name() or self.email
