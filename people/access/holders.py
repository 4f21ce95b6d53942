"""Who has a right: those who are to be told of something are found by what they may do, not by their name."""

from django.db.models import Q, QuerySet

from people.models import User


def of_right(permission: str) -> QuerySet[User]:
    """The open logins with ``permission`` ("app.codename") by their roles or of their own, each once."""
    app, _dot, codename = permission.partition(".")
    by_role = Q(groups__permissions__codename=codename, groups__permissions__content_type__app_label=app)
    own = Q(user_permissions__codename=codename, user_permissions__content_type__app_label=app)
    return User.objects.filter(by_role | own, is_active=True).distinct().order_by("pk")
