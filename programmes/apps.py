from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = _("Programmes")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from django.db.backends.signals import connection_created  # noqa: PLC0415 -- as below
        from django.db.models.signals import post_migrate  # noqa: PLC0415 -- as below
        from wagtail.signals import page_published  # noqa: PLC0415 -- needs the apps loaded

        from programmes.kept_pages import freshness  # noqa: PLC0415 -- as above
        from programmes.models import ProgrammePage  # noqa: PLC0415 -- as above

        post_migrate.connect(_forget_pages, sender=self, dispatch_uid="programmes.pages")
        connection_created.connect(freshness.watch, dispatch_uid="programmes.freshness")
        page_published.connect(_note_words, sender=ProgrammePage, dispatch_uid="programmes.words")
        page_published.connect(_note_language, dispatch_uid="programmes.parity")


def _note_words(instance, revision=None, **_published):
    # Wagtail tells of every way to publish: the editor, a schedule, a translation.
    from django.utils import timezone  # noqa: PLC0415 -- needs the apps loaded

    from programmes import words  # noqa: PLC0415 -- as above
    from programmes.told import versions  # noqa: PLC0415 -- as above

    words.write([instance])
    versions.note([instance.programme_id], at=timezone.now(), by=revision.user if revision else None)


def _note_language(instance, **_published):
    from programmes.editing import parity  # noqa: PLC0415 -- needs the apps loaded

    parity.note(instance)


def _forget_pages(using, **_migrated):
    # A new release has come: its templates and styles are others.
    from programmes.kept_pages import freshness  # noqa: PLC0415 -- as above

    freshness.bump(using)
