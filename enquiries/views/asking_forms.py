"""The editor of a form: its own inputs for lists, words and names of fields, and what it refuses."""

import json

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from enquiries.asking import checking, library, lists
from enquiries.asking.lists import LANGUAGES
from enquiries.models import Form
from people.models import Language, Purpose

OWN, OWN_BEGINS = "own", "q-"
WORDS = ("title", "intro", "button")


class LinesWidget(forms.Textarea):
    """A list of answers, one a line: “Catalan | Spanish | English”. One text alone serves all languages."""

    def __init__(self, attrs=None):
        super().__init__({"rows": 3, "placeholder": "Matí | Mañana | Morning", **(attrs or {})})

    def format_value(self, value):
        return lists.write(_list_in(value))

    def value_from_datadict(self, data, files, name):
        return json.dumps(lists.read(str(data.get(name, ""))))


class JsonChoices(forms.CheckboxSelectMultiple):
    """Codes of a list, kept as JSON."""

    def format_value(self, value):
        return [str(one) for one in _list_in(value)]

    def value_from_datadict(self, data, files, name):
        return json.dumps(data.getlist(name) if hasattr(data, "getlist") else data.get(name, []))


class KeyWidget(forms.Select):
    """A field of the library, or a question of one's own: its name is made of what it asks."""

    def __init__(self, attrs=None):
        super().__init__(attrs)
        self.choices = [
            ("", "—"),
            (_("Fields we know"), [(key, known.label) for key, known in library.FIELDS.items()]),
            (_("Something else"), [(OWN, _("A question of our own"))]),
        ]

    def optgroups(self, name, value, attrs=None):
        own = [one for one in value if one and one not in library.FIELDS and one != OWN]
        kept = self.choices
        if own:
            self.choices = [*kept, (_("This question"), [(one, gettext("A question of our own")) for one in own])]
        try:
            return super().optgroups(name, value, attrs)
        finally:
            self.choices = kept

    def value_from_datadict(self, data, files, name):
        value = data.get(name, "")
        if value != OWN:
            return value
        beginning = name.removesuffix("key")
        label = next((text for code in LANGUAGES if (text := data.get(f"{beginning}label_{code}", "").strip())), "")
        return f"{OWN_BEGINS}{slugify(label)[:50] or 'question'}"


class WordsWidget(forms.Widget):
    """Other words of a variant, language by language."""

    template_name = "enquiries/admin/words_widget.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        words = json.loads(value) if isinstance(value, str) and value else (value or {})
        labels = {"title": _("Title"), "intro": _("Introduction"), "button": pgettext("part of a form", "Button")}
        context["languages"] = [
            {
                "name": Language(code).label,
                "inputs": [
                    {
                        "name": f"{name}-{code}-{word}",
                        "label": labels[word],
                        "value": (words.get(code) or {}).get(word, ""),
                    }
                    for word in WORDS
                ],
            }
            for code in LANGUAGES
        ]
        return context

    def value_from_datadict(self, data, files, name):
        found: dict = {}
        for code in LANGUAGES:
            said = {word: data.get(f"{name}-{code}-{word}", "").strip() for word in WORDS}
            if said := {word: text for word, text in said.items() if text}:
                found[code] = said
        return json.dumps(found)

    def value_omitted_from_data(self, data, files, name):
        return False

    def id_for_label(self, id_):
        return ""


class FormEditor(WagtailAdminModelForm):
    """A form with its fields, words and variants; one that cannot work is refused, and told why."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if "purposes" in self.fields:
            asked = (Purpose.COMMERCIAL, Purpose.SURVEY, Purpose.PROFILING)
            self.fields["purposes"].widget.choices = [(code, Purpose(code).label) for code in asked]
        if "variants" in self.formsets:
            self._offer_fields()

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("slug") and cleaned.get("name"):
            cleaned["slug"] = self._free_slug(cleaned["name"])
        if "fields" not in self.formsets:
            return cleaned
        rows = self._kept("fields")
        for row in rows:
            row.is_own = row.key not in library.FIELDS
            if not row.is_own:
                row.kind = ""
            elif not row.kind:
                row.kind = "text"
        if any(formset.total_error_count() for formset in self.formsets.values()) or self.errors:
            return cleaned
        form = Form(
            kind=cleaned.get("kind") or Form.Kind.ENQUIRY,
            programme=cleaned.get("programme"),
            document=cleaned.get("document"),
        )
        languages = [words.language for words in self._kept("words") if words.title]
        for fault in checking.faults(form, rows, self._kept("variants"), languages):
            self.add_error(None, fault)
        return cleaned

    def _kept(self, name):
        """The rows of a formset as they will be, without those that are being deleted."""
        formset = self.formsets[name]
        formset.is_valid()
        return [
            form.instance
            for form in formset.forms
            if getattr(form, "cleaned_data", None) and not form.cleaned_data.get("DELETE")
        ]

    def _free_slug(self, name: str) -> str:
        base = slugify(name)[:70] or "form"
        slug, number = base, 2
        while Form.objects.filter(slug=slug).exclude(pk=self.instance.pk).exists():
            slug, number = f"{base}-{number}", number + 1
        return slug

    def _offer_fields(self) -> None:
        """A variant can leave out any field the form has."""
        rows = list(self.instance.fields.all()) if self.instance.pk else []
        choices = [(row.key, library.label_of(row, "en")) for row in rows]
        if not choices:
            choices = [(key, str(known.label)) for key, known in library.FIELDS.items() if key not in library.CONTACTS]
        formset = self.formsets["variants"]
        plain = formset.add_fields

        def add_fields(form, index):
            plain(form, index)
            if "left_out" in form.fields:
                form.fields["left_out"].widget.choices = choices

        formset.add_fields = add_fields


def _list_in(value) -> list:
    if isinstance(value, str):
        value = json.loads(value) if value else []
    return value if isinstance(value, list) else []
