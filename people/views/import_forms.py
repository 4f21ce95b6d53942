"""What the back office asks about a file of people or contacts: the file itself, then what each of its columns is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.importing import cells, history_files, history_import, mappings, people_files
from people.models import Channel, Person, Purpose

LIMIT_BYTES = 50 * 1024 * 1024
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".gz")
CONSENT_CHANNELS = (Channel.EMAIL, Channel.PHONE, Channel.WHATSAPP, Channel.SMS, Channel.POST)
CONSENT_PURPOSES = (Purpose.COMMERCIAL, Purpose.SURVEY, Purpose.PROFILING, Purpose.PHOTOGRAPHS)
CONSENT_PROOFS = {
    "consent_at": _("Consent: when it was given"),
    "consent_wording": _("Consent: version of the wording"),
    "consent_proof": _("Consent: proof"),
}
NAMES = {
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "name": _("Whole name"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "whatsapp": _("WhatsApp"),
    "student_number": _("Student number"),
    "user_name": _("User name"),
    "external_id": _("Number in another system"),
    "birth_date": _("Date of birth"),
    "language": _("Language"),
    "country": _("Country"),
    "time_zone": _("Time zone"),
    "preferred_channel": _("Preferred channel"),
    "phase": _("Phase"),
    "source": _("Source"),
    "at": _("When it happened"),
    "channel": _("Channel"),
    "direction": _("Direction"),
    "kind": _("Kind of contact"),
    "text": _("What was said"),
    "two_way": _("Whether both sides spoke"),
    "by": _("E-mail of whoever did it here"),
    "campaign": _("Campaign"),
}
DATES = {
    "": (_("As it is usual here: 31/12/2026, or 2026-12-31"), ()),
    "mdy": (_("Month first: 12/31/2026"), ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%Y %H:%M")),
    "dmy2": (_("Two figures for the year: 31/12/26"), ("%d/%m/%y", "%d-%m-%y", "%d.%m.%y", "%d/%m/%y %H:%M")),
    "excel": (_("Numbers as a spreadsheet counts days: 46387"), (cells.EXCEL,)),
}


class FileForm(forms.Form):
    """A file, what it holds, and where it comes from, which is how its columns are remembered."""

    file = forms.FileField(
        label=_("File"), help_text=_("CSV or XLSX, plain or compressed with gzip. It is kept for 30 days at most.")
    )
    kind = forms.ChoiceField(label=_("What does it hold?"), widget=forms.RadioSelect)
    source = forms.CharField(
        label=_("Where does it come from?"),
        max_length=80,
        help_text=_("Such as “Secretary’s list”. The next file from there has its columns chosen already."),
    )

    def __init__(self, *args, kinds: list[tuple[str, Any]], **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = kinds

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LIMIT_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB."), params={"limit": LIMIT_BYTES // (1024 * 1024)}
            )
        if not file.name.lower().endswith(ENDINGS):
            raise forms.ValidationError(_("Choose a CSV or XLSX file."))
        return file


class ColumnsForm(forms.Form):
    """One choice per column of the file, and how its dates and numbers are written."""

    ASKED: tuple[str, ...] = ("region", "dates", "issuer", "overwrite")

    region = forms.CharField(
        label=_("Country of telephone numbers without a prefix"),
        max_length=2,
        initial="ES",
        help_text=_("Two letters, such as ES or FR."),
    )
    dates = forms.ChoiceField(label=_("How are dates written?"), required=False)
    issuer = forms.CharField(label=_("Which system gave the numbers of another system?"), max_length=60, required=False)
    overwrite = forms.MultipleChoiceField(
        label=_("Replace what we have by what the file says, for people we know"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everything else is only filled in where it is missing. Undoing the import puts it back."),
    )

    def __init__(self, *args, kind: str, table: people_files.Table, document: dict, **kwargs):
        self.kind, self.table, self.document = kind, table, document
        kwargs["initial"] = _initial(document)
        super().__init__(*args, **kwargs)
        self.is_history = kind == history_import.KIND
        dates = [(key, label) for key, (label, _formats) in DATES.items()]
        if "kept" in _initial(document).values():
            dates.append(("kept", _("As the last time")))
        self._offer("dates", dates)
        if self.is_history:
            del self.fields["overwrite"]
        else:
            shown = [name for name in people_files.FACTS if hasattr(Person, name)]
            self._offer("overwrite", [(name, NAMES[name]) for name in shown])
        choices, chosen = self._choices(), self._chosen()
        for number, heading in enumerate(table.headings):
            self.fields[f"column{number}"] = forms.ChoiceField(
                label=heading, choices=choices, required=False, initial=chosen.get(heading, "")
            )

    def _offer(self, name: str, choices: list) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _choices(self) -> list:
        names = history_files.FIELDS if self.is_history else people_files.FIELDS
        choices: list[tuple[str, Any]] = [("", _("Not taken in")), *[(name, NAMES[name]) for name in names]]
        if not self.is_history:
            answers = [
                (f"consent:{purpose}:{channel}", f"{Purpose(purpose).label} · {Channel(channel).label}")
                for purpose in CONSENT_PURPOSES
                for channel in CONSENT_CHANNELS
            ]
            choices += [
                (str(_("Consent (yes or no)")), answers),
                (str(_("What proves the consents")), [*CONSENT_PROOFS.items()]),
            ]
        return choices

    def _chosen(self) -> dict[str, str]:
        """By heading, what the mapping makes of it."""
        return _chosen(self.document)

    def asked(self):
        """What is asked besides the columns."""
        return [self[name] for name in self.ASKED if name in self.fields]

    def columns(self):
        """Each column with its field and some of what stands in it."""
        for number, heading in enumerate(self.table.headings):
            samples = [text for row in self.table.first_rows if (text := row.values.get(heading))]
            yield self[f"column{number}"], [text[:60] for text in samples[:3]]

    def clean(self):
        self.sections = self._sections()
        try:
            if not self.sections["columns"].keys() & {*people_files.CONTACTS, *people_files.NUMBERS}:
                raise mappings.BadMapping(_("Say which column tells who somebody is: an e-mail address, a number…"))
            read = history_files.mapping_of if self.is_history else people_files.mapping_of
            read(self.sections)
        except mappings.BadMapping as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return super().clean()

    def date_formats(self) -> list[str]:
        """The way of writing dates that was chosen, as mappings name it."""
        return list(DATES.get(self.cleaned_data.get("dates", ""), DATES[""])[1])

    def _sections(self) -> dict[str, Any]:
        """The mapping that was chosen; of the last one, what the page does not ask about stays."""
        columns: dict[str, list[str]] = {}
        for number, heading in enumerate(self.table.headings):
            if field := self.cleaned_data.get(f"column{number}"):
                columns.setdefault(field, []).append(heading)
        kept = {
            key: part for key, part in self.document.items() if key in ("values", "empty", "external_ids", "defaults")
        }
        source = {**self.document.get("source", {}), "region": self.cleaned_data.get("region", "ES").upper()}
        source["issuer"] = self.cleaned_data.get("issuer", "")
        if self.cleaned_data.get("dates") != "kept":
            source["date_formats"] = self.date_formats()
        proofs = {key: columns.pop(f"consent_{key}", [""])[0] for key in ("at", "wording", "proof")}
        answers = {key: columns.pop(key)[0] for key in list(columns) if key.startswith("consent:")}
        sections = {**kept, "source": source, "columns": columns}
        if not self.is_history:
            sections["overwrite"] = {"fields": self.cleaned_data.get("overwrite", [])}
            sections["consents"] = {
                key: {"purpose": key.split(":")[1], "channel": key.split(":")[2], "column": column, **proofs}
                for key, column in answers.items()
            }
        return sections


def _initial(document: dict) -> dict[str, Any]:
    source = document.get("source", {})
    formats = tuple(source.get("date_formats", ()))
    return {
        "region": source.get("region", "ES"),
        "issuer": source.get("issuer", ""),
        "dates": next((key for key, (_label, known) in DATES.items() if known == formats), "kept"),
        "overwrite": document.get("overwrite", {}).get("fields", []),
    }


def _chosen(document: dict) -> dict[str, str]:
    """By heading, the field that a mapping gives it."""
    chosen: dict[str, str] = {}
    for field, columns in document.get("columns", {}).items():
        chosen |= dict.fromkeys([columns] if isinstance(columns, str) else columns, field)
    for one in document.get("consents", {}).values():
        chosen |= {one[key]: f"consent_{key}" for key in ("at", "wording", "proof") if one.get(key)}
        chosen[one["column"]] = f"consent:{one['purpose']}:{one['channel']}"
    return chosen
