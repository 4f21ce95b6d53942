"""Forms as an editor makes them: the smallest, and one of each kind."""

from datetime import UTC, datetime

import factory
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from factory.django import DjangoModelFactory
from wagtail.documents.models import Document

from enquiries.models import AnswerFile, Form, FormField, FormVariant, FormWords

MADE = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


class AnswerFileFactory(DjangoModelFactory):
    """A file that was kept."""

    class Meta:
        model = AnswerFile

    field = "q-paper"
    name = "cv.pdf"
    content_type = "application/pdf"
    size = 8
    came_at = MADE
    kept_as = factory.LazyFunction(lambda: storages["private"].save("answers/test", ContentFile(b"%PDF-1.7")))


def make_form(slug: str = "ask", *fields, kind: str = "enquiry", title: str = "Ask us", **options) -> Form:
    """A form with ``fields``: keys of the library, or dicts; one contact where none is named."""
    form = Form.objects.create(slug=slug, name=slug.title(), kind=kind, made_at=MADE, changed_at=MADE, **options)
    for position, field in enumerate(fields or ("contact",)):
        facts = {"key": field} if isinstance(field, str) else dict(field)
        FormField.objects.create(form=form, position=position, **facts)
    for language in ("ca", "es", "en"):
        FormWords.objects.create(
            form=form, language=language, title=title if language == "en" else f"{title} ({language})"
        )
    return Form.objects.get(pk=form.pk)


def own(key: str, label: str = "How old is your cat?", **options) -> dict:
    """A question of the school's own."""
    return {
        "key": key,
        "is_own": True,
        "kind": "text",
        **dict.fromkeys(("label_ca", "label_es", "label_en"), label),
        **options,
    }


def variant(form: Form, letter: str = "B", share: int = 50, **options) -> FormVariant:
    words = options.pop("words", {"en": {"title": "Another title"}})
    return FormVariant.objects.create(form=form, letter=letter, share=share, words=words, **options)


def guide(title: str = "How to choose") -> Document:
    return Document.objects.create(title=title, file=ContentFile(b"%PDF-1.4 a guide", name="guide.pdf"))
