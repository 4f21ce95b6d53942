"""Forms of the back office: amounts in units instead of minor units, and the facts of a programme."""

import re

from babel import Locale as BabelLocale
from babel import UnknownLocaleError
from django import forms
from django.db import models, router
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms.models import WagtailAdminModelForm

from programmes import amounts
from programmes.models import Intake


class AmountField(forms.CharField):
    """An amount typed in units, as in “1.950,00”; the form that has it makes minor units of it."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **kwargs):
        super().__init__(**{"required": False, "max_length": 20, **kwargs})


class AmountsForm(WagtailAdminModelForm):
    """A form with amounts in the currency of its field ``currency``; ``amount_fields`` names them.

    What was typed becomes minor units before the model's own rules look at it.
    """

    amount_fields: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.amount_fields:
            amount_minor = getattr(self.instance, name)
            if name in self.fields and amount_minor is not None:
                self.initial[name] = amounts.write(amount_minor, self.instance.currency)

    def clean_currency(self):
        return self.cleaned_data["currency"].strip().upper()

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        currency = cleaned.get("currency") or self.instance.currency
        for name in self.amount_fields:
            typed = cleaned.get(name)
            if name not in cleaned or not isinstance(typed, str):
                continue
            try:
                cleaned[name] = amounts.read(typed, currency) if typed else None
            except amounts.TooPrecise:
                self.add_error(name, _("%(currency)s has no such small coins.") % {"currency": currency})
            except amounts.NotAnAmount:
                self.add_error(name, _("Write an amount, such as %(example)s.") % {"example": amounts.write(195_000)})
        return cleaned


class IntakeForm(AmountsForm):
    amount_fields = ("price_minor", "early_price_minor", "late_price_minor")
    price_minor = AmountField(label=gettext_lazy("Price"), help_text=gettext_lazy("0 is free; empty is not yet known."))
    early_price_minor = AmountField(label=gettext_lazy("Early-bird price"))
    late_price_minor = AmountField(label=gettext_lazy("Late price"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "seats" in self.fields:
            self.fields["seats"].error_messages["min_value"] = _(
                "Seats cannot be fewer than none. Leave it empty if they are not counted."
            )
            for validator in self.fields["seats"].validators:
                if validator.code == "min_value":
                    validator.message = self.fields["seats"].error_messages["min_value"]

    def clean(self):
        cleaned = super().clean()
        if venue := cleaned.get("venue"):
            cleaned["campus"] = venue.name
        return cleaned


class IntakeFormSet(BaseChildFormSet):
    def get_unique_error_message(self, unique_check):
        return _("Two intakes have the same code. Give each its own.")

    def get_form_error(self):
        return _("Another intake of this programme has this code.")

    def clean(self):
        """What people applied to or were told of is closed, not deleted: it is part of what was promised."""
        super().clean()
        for form in self.deleted_forms:
            if form.instance.pk and _is_needed(form.instance):
                raise forms.ValidationError(
                    _(
                        "“%(intake)s” cannot be deleted: somebody applied to it or was told of it. Close it instead: "
                        "untick “takes applications”."
                    )
                    % {"intake": form.instance.label()}
                )


class ProgrammeForm(WagtailAdminModelForm):
    def clean_taught_in(self):
        """Two-letter codes that name languages, in the form “ca, es”."""
        typed = self.cleaned_data["taught_in"].strip().lower()
        codes = [code for code in re.split(r"[\s,;/]+", typed) if code]
        if wrong := [code for code in codes if not _is_language(code)]:
            raise forms.ValidationError(
                _("“%(code)s” is not the code of a language. Write for instance: ca, es, en.") % {"code": wrong[0]}
            )
        return ", ".join(dict.fromkeys(codes))


def _is_needed(intake: Intake) -> bool:
    """Whether rows that may not be lost point at it: applications, students, facts that somebody was told."""
    try:
        Collector(using=router.db_for_write(Intake), origin=intake).collect([intake])
    except (models.ProtectedError, models.RestrictedError):
        return True
    return False


def _is_language(code: str) -> bool:
    try:
        return bool(re.fullmatch(r"[a-z]{2}", code)) and bool(BabelLocale.parse(code))
    except (UnknownLocaleError, ValueError):
        return False
