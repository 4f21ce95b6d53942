"""What the back office asks about a catalogue: the file and where it goes, then what each column is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.importing.mappings import BadMapping
from people.models import Language
from programmes.feeds import table
from programmes.models import Collection

LIMIT_BYTES = 50 * 1024 * 1024
ENDINGS = (".xml", ".json", ".jsonld", ".csv", ".tsv", ".txt", ".xlsx", ".gz")
FORMAT_NAMES = [
    ("csv", _("Table for spreadsheets (CSV)")),
    ("xcri", "XCRI-CAP 1.2"),
    ("jsonld", "schema.org (JSON-LD)"),
    ("elm", "European Learning Model v3"),
]
NAMES = {
    "id": _("Identifier (needed)"),
    "title": _("Title (needed)"),
    "abstract": _("Promise in one sentence"),
    "description": _("Description"),
    "field": _("Field"),
    "level": _("Level"),
    "qualification": _("Qualification"),
    "entry_requirements": _("Entry requirements"),
    "url": _("Address"),
    "language": _("Language"),
    "provider": _("Institution"),
    "provider_url": _("Address of the institution"),
    "credits": _("Credits (ECTS)"),
    "weekly_hours": _("Hours a week"),
    "total_hours": _("Hours in all"),
    "eqf_level": _("Level in the European Qualifications Framework"),
    "accredited_by": _("Accredited by"),
    "unit": _("Unit of the syllabus"),
    "unit_text": _("What the unit covers"),
    "intake_id": _("Intake: identifier"),
    "start": _("Intake: start"),
    "end": _("Intake: end"),
    "apply_by": _("Intake: deadline"),
    "duration": _("Intake: duration"),
    "seats": _("Intake: seats"),
    "modality": _("Intake: modality"),
    "attendance": _("Intake: timetable"),
    "venue": _("Intake: place"),
    "price": _("Intake: price"),
    "currency": _("Intake: currency"),
    "price_label": _("Intake: whom the price is for"),
}


class FileForm(forms.Form):
    """A file, the collection it goes into, and whether it is the whole catalogue."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("XCRI-CAP 1.2, schema.org JSON-LD, European Learning Model v3, CSV or XLSX; at most 50 MB."),
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
    )
    collection = forms.ChoiceField(
        label=_("Goes into"),
        required=False,
        help_text=_("The school's own programmes are only changed by an export of this system."),
    )
    new = forms.SlugField(
        label=_("or into a new collection"), required=False, max_length=50, help_text=_("A short name for addresses.")
    )
    close_missing = forms.BooleanField(
        label=_("It is the whole catalogue: take off offer what it does not name"), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        found = Collection.objects.order_by("-is_own", "name")
        choices = [("", _("What the file says")), *[(one.slug, one.name) for one in found]]
        self.fields["collection"].choices = choices

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LIMIT_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB."), params={"limit": LIMIT_BYTES // (1024 * 1024)}
            )
        if not file.name.lower().endswith(ENDINGS):
            raise forms.ValidationError(_("Choose an XML, JSON, CSV or XLSX file."))
        return file


class ColumnsForm(forms.Form):
    """One choice per column of the table, and what holds where it says nothing."""

    provider = forms.CharField(label=_("Institution, if no column names it"), max_length=120, required=False)
    language = forms.ChoiceField(
        label=_("Language of the texts, if no column names it"),
        required=False,
        choices=[("", "–"), *Language.choices],
    )

    def __init__(self, *args, headings: dict[str, list[str]], document: dict[str, Any], **kwargs):
        self.headings, self.document = headings, document
        kwargs["initial"] = {name: document.get("defaults", {}).get(name, "") for name in ("provider", "language")}
        super().__init__(*args, **kwargs)
        chosen: dict[str, str] = {}
        for field, columns in document.get("columns", {}).items():
            chosen |= dict.fromkeys([columns] if isinstance(columns, str) else columns, field)
        choices = [("", _("Not taken in")), *[(name, NAMES[name]) for name in table.FIELDS]]
        for number, heading in enumerate(headings):
            self.fields[f"column{number}"] = forms.ChoiceField(
                label=heading, choices=choices, required=False, initial=chosen.get(heading, "")
            )

    def columns(self):
        """Each column with its choice and some of what stands in it."""
        for number, samples in enumerate(self.headings.values()):
            yield self[f"column{number}"], samples

    def clean(self):
        columns: dict[str, list[str]] = {}
        for number, heading in enumerate(self.headings):
            if field := self.cleaned_data.get(f"column{number}"):
                columns.setdefault(field, []).append(heading)
        defaults = {**self.document.get("defaults", {})}
        defaults |= {name: self.cleaned_data.get(name, "") for name in ("provider", "language")}
        kept = {key: part for key, part in self.document.items() if key in ("values", "empty", "source")}
        self.sections = {**kept, "columns": columns, "defaults": {k: v for k, v in defaults.items() if v}}
        try:
            table.check_mapping(self.sections)
        except BadMapping as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return super().clean()


class ExportForm(forms.Form):
    """A format and a collection; without one, the school's own."""

    format = forms.ChoiceField(label=_("Format"), choices=FORMAT_NAMES)
    collection = forms.ChoiceField(label=_("Collection"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="export_%s", **kwargs)
        found = Collection.objects.order_by("-is_own", "name")
        self.fields["collection"].choices = [("", _("The school's own")), *[(c.slug, c.name) for c in found]]
