"""What the back office asks about a file of leads: what its columns are, whose they are, and how they ended."""

import tomllib
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enquiries.leads import lead_files
from enquiries.models import Campaign, Partner
from people.importing.mappings import BadMapping
from people.views.import_forms import NAMES, ColumnsForm

LARGEST_MAPPING = 256 * 1024
ANSWER, LATER, OUTCOME, WHY = "answer", "asked_later", "outcome", "lost_reason"
LEAD_NAMES = {
    **{key: NAMES[key] for key in ("given_name", "family_name", "name", "email", "phone", "country", "language")},
    "external_id": _("Number of the lead in another system"),
    "message": _("Message"),
    "programme": _("Programme"),
    "source": _("Source"),
    "medium": _("Medium"),
    "campaign": _("Campaign, as they call it"),
    "received_at": _("When they asked"),
}
ENDINGS = {OUTCOME: _("How it ended"), WHY: _("Why it was lost")}
KEPT = {ANSWER: _("Kept as an answer"), LATER: _("Kept as an answer, asked in the first talk")}
# Of the last mapping, what the page does not ask about.
KEPT_SECTIONS = ("values", "empty", "withheld")


class LeadColumnsForm(ColumnsForm):
    """One choice per column, the campaign and partner they belong to, and the words for how a lead ended."""

    ASKED = ("campaign", "partner", "region", "dates", "issuer", "enrolled", "lost", "mapping")

    campaign = forms.ModelChoiceField(
        label=_("Campaign"),
        queryset=Campaign.objects.none(),
        to_field_name="slug",
        help_text=_("Every lead of this file counts for it."),
    )
    partner = forms.ModelChoiceField(
        label=_("Partner"),
        queryset=Partner.objects.none(),
        to_field_name="code",
        required=False,
        help_text=_("Who gave us the file. Without one, rows whose source is the code of a partner count for them."),
    )
    enrolled = forms.CharField(
        label=_("Words that mean: enrolled"),
        max_length=500,
        required=False,
        help_text=_("Only with a column that says how it ended. Several are separated by commas."),
    )
    lost = forms.CharField(label=_("Words that mean: lost"), max_length=500, required=False)
    mapping = forms.FileField(
        label=_("Or a mapping file (TOML)"),
        required=False,
        help_text=_("It counts instead of the choices above, but for the campaign and the partner."),
    )

    def __init__(self, *args, document: dict, **kwargs):
        super().__init__(*args, document=_with_formats(document), **kwargs)
        del self.fields["overwrite"]
        self.initial = {**self.initial, **_initial(document)}
        for name, offered in (
            ("campaign", Campaign.objects.order_by("name")),
            ("partner", Partner.objects.order_by("name")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = offered

    def _choices(self) -> list:
        return [
            ("", _("Not taken in")),
            *LEAD_NAMES.items(),
            (str(_("What they answered")), [*KEPT.items()]),
            (str(_("How it ended")), [*ENDINGS.items()]),
        ]

    def _chosen(self) -> dict[str, str]:
        document = self.document
        chosen: dict[str, str] = {}
        answers = document.get("answers", {})
        for key, columns in ((ANSWER, answers.get("columns", [])), (LATER, answers.get("asked_later", []))):
            chosen |= dict.fromkeys(columns, key)
        outcome = document.get("outcome", {})
        for key, column in ((OUTCOME, outcome.get("column")), (WHY, outcome.get("lost_reason_column"))):
            if column:
                chosen[column] = key
        return chosen | {column: key for key, column in document.get("columns", {}).items()}

    def clean_mapping(self):
        file = self.cleaned_data["mapping"]
        if not file:
            return None
        if file.size > LARGEST_MAPPING:
            raise forms.ValidationError(_("The mapping is larger than 256 KB."))
        try:
            return tomllib.loads(file.read().decode("utf-8-sig"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError):
            raise forms.ValidationError(_("The mapping is not valid TOML.")) from None

    def clean(self):
        self.sections = self._sections()
        try:
            mapping = lead_files.mapping_of(self.sections)
            self._check(mapping)
        except BadMapping as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return self.cleaned_data

    def _check(self, mapping: lead_files.Mapping) -> None:
        if not mapping.columns.keys() & {"email", "phone", "external_id"}:
            raise BadMapping(_("Say which column tells who somebody is: an e-mail address, a number…"))
        for column in mapping.named_columns:
            if column not in self.table.headings:
                raise BadMapping(_("The file has no column “%(column)s”.") % {"column": column})
        if mapping.outcome_column and not (mapping.enrolled or mapping.lost):
            raise BadMapping(_("Say which words mean enrolled, and which mean lost."))

    def _sections(self) -> dict[str, Any]:
        """The mapping that was chosen, or brought as a file; of the last one, what the page does not ask about."""
        belongs = {
            "campaign": getattr(self.cleaned_data.get("campaign"), "slug", ""),
            "partner": getattr(self.cleaned_data.get("partner"), "code", ""),
        }
        if self.cleaned_data.get("mapping"):
            return {**self.cleaned_data["mapping"], "belongs": belongs}
        columns: dict[str, list[str]] = {}
        for number, heading in enumerate(self.table.headings):
            if key := self.cleaned_data.get(f"column{number}"):
                columns.setdefault(key, []).append(heading)
        twice = next((key for key in LEAD_NAMES if len(columns.get(key, ())) > 1), None)
        if twice:
            self.add_error(None, _("Two columns are chosen as “%(name)s”.") % {"name": LEAD_NAMES[twice]})
        sections = {key: part for key, part in self.document.items() if key in KEPT_SECTIONS}
        sections |= {
            "belongs": belongs,
            "source": self._source(),
            "columns": {key: columns[key][0] for key in LEAD_NAMES if key in columns},
            "answers": {"columns": columns.get(ANSWER, []), "asked_later": columns.get(LATER, [])},
        }
        if OUTCOME in columns:
            sections["outcome"] = self._outcome(columns)
        return sections

    def _source(self) -> dict[str, Any]:
        source = {**self.document.get("source", {}), "region": self.cleaned_data.get("region", "ES").upper()}
        source["issuer"] = self.cleaned_data.get("issuer", "")
        if self.cleaned_data.get("dates") != "kept":
            source["date_formats"] = self.date_formats()
        return source

    def _outcome(self, columns: dict[str, list[str]]) -> dict[str, Any]:
        before = self.document.get("outcome", {})
        return {
            "column": columns[OUTCOME][0],
            "lost_reason_column": columns.get(WHY, [""])[0],
            "lost_reason": before.get("lost_reason", ""),
            "open": before.get("open", []),
            "enrolled": _words(self.cleaned_data.get("enrolled", "")),
            "lost": _words(self.cleaned_data.get("lost", "")),
        }


def _with_formats(document: dict) -> dict:
    """A mapping file may name one way of writing dates; the page knows of several."""
    source = dict(document.get("source", {}))
    if one := source.pop("date_format", ""):
        source["date_formats"] = [one]
    return {**document, "source": source}


def _words(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := part.strip())]


def _initial(document: dict) -> dict[str, Any]:
    outcome, belongs = document.get("outcome", {}), document.get("belongs", {})
    return {
        "campaign": belongs.get("campaign", ""),
        "partner": belongs.get("partner", ""),
        "enrolled": ", ".join(outcome.get("enrolled", [])),
        "lost": ", ".join(outcome.get("lost", [])),
    }
