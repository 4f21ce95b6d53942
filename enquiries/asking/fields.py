"""One field of a form, as Django draws and checks it."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _

from contact_centre.inbound.uploads import CheckedFile
from enquiries.asking import calling, library
from enquiries.models import Form, FormField
from programmes.models import Intake, Programme

Kind = FormField.Kind
LONGEST_LIST = 200
LONG = 5_000
ACCEPTED = ".pdf,.png,.jpg,.jpeg,.webp,.heic,.docx,.xlsx,.odt,.ods,.txt"


def field_of(row: FormField, form: Form, *, language: str, at: datetime) -> forms.Field:
    """The field of ``row``, labelled in ``language``. What an editor wrote as help is text, never markup."""
    known = None if row.is_own else library.FIELDS.get(row.key)
    kind = library.kind_of(row)
    is_contact = row.key in library.CONTACTS and not row.is_own
    is_required = row.is_required and (row.key != "contact" or not is_contact)
    options: dict[str, Any] = {
        "label": library.label_of(row, language),
        "help_text": escape(library.help_of(row, language)),
        "required": is_required,
    }
    if kind in (Kind.CHOICE, Kind.CHOICES):
        return _list(row, form, kind, options, language=language, at=at)
    if kind == Kind.LONG:
        return forms.CharField(max_length=known.most if known else LONG, widget=_area(), **options)
    if kind == Kind.YES_NO:
        return forms.BooleanField(**options)
    if kind == Kind.DATE:
        return _date(known, options)
    if kind == Kind.NUMBER:
        return forms.DecimalField(
            max_digits=14, decimal_places=4, widget=forms.NumberInput(attrs={"step": "any"}), **options
        )
    if kind == Kind.FILE:
        return CheckedFile(widget=forms.FileInput(attrs={"accept": ACCEPTED}), **options)
    return _line(known, options)


def _line(known: library.Known | None, options: dict) -> forms.Field:
    attributes = {"autocomplete": known.autocomplete} if known and known.autocomplete else {}
    if known and known.key in library.CONTACTS:
        attributes |= {"autocapitalize": "none", "spellcheck": "false"}
    widget = forms.TextInput(attrs=attributes)
    widget.input_type = known.input_type if known else "text"
    return forms.CharField(max_length=known.most if known else 500, widget=widget, **options)


def _area() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 4})


def _date(known: library.Known | None, options: dict) -> forms.Field:
    attributes = {"type": "date"} | ({"autocomplete": known.autocomplete} if known else {})
    widget = forms.DateInput(format="%Y-%m-%d", attrs=attributes)
    return forms.DateField(input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"], widget=widget, **options)


def _list(row: FormField, form: Form, kind: str, options: dict, *, language: str, at: datetime) -> forms.Field:
    choices = _choices(row, form, language=language, at=at)
    if kind == Kind.CHOICES:
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **options)
    if row.key in ("intake", "programme", "call_at") and not row.is_own:
        # Something that is not offered any more is said with the enquiry; it is no reason to refuse it.
        return OpenChoice(choices=[("", _blank(row)), *choices], **options)
    return forms.ChoiceField(choices=[("", _("Choose…")), *choices], **options)


class OpenChoice(forms.ChoiceField):
    """A list out of which something may have gone meanwhile: what was chosen still counts."""

    def valid_value(self, value):
        return len(str(value)) <= LONGEST_LIST


def _choices(row: FormField, form: Form, *, language: str, at: datetime) -> list:
    if row.is_own:
        return library.choices_of(row, language)
    if row.key == "programme":
        programmes = Programme.objects.filter(pages__live=True).distinct().order_by("title")[:LONGEST_LIST]
        return [(one.code, one.title_in(language)) for one in programmes]
    if row.key == "intake":
        coming = form.programme.intakes.upcoming(on=timezone.localdate(at)) if form.programme else Intake.objects.none()
        return [(str(intake.pk), intake.label()) for intake in coming]
    if row.key == "call_at":
        return calling.choices(at=at)
    return library.choices_of(row, language)


def _blank(row: FormField) -> str:
    return _("As soon as possible") if row.key == "call_at" else _("I do not know yet")
