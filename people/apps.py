from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Permissions are made app by app after a migration, so roles get theirs after the last app that has models.
        last = [app for app in apps.get_app_configs() if app.models_module][-1]
        post_migrate.connect(_grant_roles, sender=last, dispatch_uid="people.roles")
        post_migrate.connect(_keep_texts, sender=last, dispatch_uid="people.consent_texts")


def _grant_roles(using, plan=(), **_rest):
    from django.db import connections  # noqa: PLC0415 -- needs the apps loaded

    from people.access import roles  # noqa: PLC0415 -- needs the apps loaded

    needed = {"auth_group", "auth_permission", "wagtailcore_page", "wagtailcore_grouppagepermission"}
    if using == "default" and needed <= set(connections[using].introspection.table_names()):
        roles.grant_all()


def _keep_texts(using, **_rest):
    from django.db import connections  # noqa: PLC0415 -- needs the apps loaded
    from django.utils import timezone  # noqa: PLC0415 -- needs the apps loaded

    from people.contact import consents  # noqa: PLC0415 -- needs the apps loaded

    if using == "default" and "people_consenttext" in connections[using].introspection.table_names():
        consents.keep_texts(at=timezone.now())
