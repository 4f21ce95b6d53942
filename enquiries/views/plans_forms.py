"""Forms of plans, agreements, studies and partners."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from enquiries.models import Campaign, LeadAgreement, MarketingPlan, MarketStudy, Partner, PlanTarget
from enquiries.plans import quarters
from enquiries.views.campaigns_forms import staff
from programmes import amounts
from programmes.forms import AmountField, AmountsForm

MONEY = Campaign.Metric.COLLECTED


class OwnedForm(WagtailAdminModelForm):
    """A form whose owner is somebody who works here."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "owner" in self.fields:
            self.fields["owner"].queryset = staff()


class PlanForm(OwnedForm):
    class Meta:
        model = MarketingPlan
        fields = ["year", "name", "owner", "objectives", "audience", "message", "tactics", "campaigns"]
        widgets = {"campaigns": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["campaigns"].queryset = Campaign.objects.order_by("state", "name")
        self.fields["campaigns"].help_text = _("None: the plan counts the whole school.")

    def clean_year(self):
        year = self.cleaned_data["year"]
        if not 2000 <= year <= 2100:
            raise forms.ValidationError(_("Write the year with four figures."))
        return year


class PlanTargetForm(WagtailAdminModelForm):
    """A target; of money in units, of anything else as a number."""

    target = AmountField(label=gettext_lazy("Target"), required=True)

    class Meta:
        model = PlanTarget
        fields = ["quarter", "metric", "target"]
        widgets = {"quarter": forms.Select(choices=[(number, f"T{number}") for number in (1, 2, 3, 4)])}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["quarter"].widget.choices = [
            (number, _("Quarter %(number)d") % {"number": number}) for number in (1, 2, 3, 4)
        ]
        if self.instance.metric == MONEY and self.instance.target is not None:
            self.initial["target"] = amounts.write(self.instance.target)

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        typed = cleaned.get("target")
        if isinstance(typed, str):
            try:
                cleaned["target"] = amounts.read(typed) if cleaned.get("metric") == MONEY else int(typed)
            except (amounts.NotAnAmount, amounts.TooPrecise, ValueError):
                self.add_error("target", _("Write a number, or an amount for money."))
            else:
                if cleaned["target"] < 0 or cleaned["target"] > 10**15:
                    self.add_error("target", _("That cannot be a target."))
        return cleaned


class ReviewForm(forms.Form):
    """How a quarter went, in words; its figures are taken as they stand."""

    quarter = forms.TypedChoiceField(label=gettext_lazy("Quarter"), coerce=int)
    findings = forms.CharField(label=gettext_lazy("What we learned"), widget=forms.Textarea(attrs={"rows": 4}))
    consequences = forms.CharField(
        label=gettext_lazy("What we change"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )

    def __init__(self, *args, plan: MarketingPlan, at, **kwargs):
        super().__init__(*args, **kwargs)
        closed = [one for one in quarters.of_year(plan.year) if one.is_closed(at=at)]
        choices = [(one.number, str(one).capitalize()) for one in reversed(closed)]
        self.fields["quarter"] = forms.TypedChoiceField(label=_("Quarter"), coerce=int, choices=choices)


class AgreementForm(WagtailAdminModelForm):
    class Meta:
        model = LeadAgreement
        fields = [
            "name", "programme", "intake", "profile", "from_day", "until_day", "enquiries", "fit_percent",
            "answer_hours",
        ]  # fmt: skip

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("from_day"), cleaned.get("until_day")
        if since and until and until < since:
            self.add_error("until_day", _("It ends before it begins."))
        intake, programme = cleaned.get("intake"), cleaned.get("programme")
        if intake and programme and intake.programme_id != programme.pk:
            self.add_error("intake", _("This intake is of another programme."))
        if cleaned.get("answer_hours") == 0:
            self.add_error("answer_hours", _("Within no hours nobody can answer."))
        return cleaned


class StudyForm(AmountsForm):
    amount_fields = ("cost_minor",)
    cost_minor = AmountField(label=gettext_lazy("Cost"), required=True)

    class Meta:
        model = MarketStudy
        fields = ["title", "supplier", "on", "cost_minor", "currency", "findings", "programmes", "campaigns", "files"]
        widgets = {
            "campaigns": forms.CheckboxSelectMultiple,
            "programmes": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["campaigns"].help_text = _("Its cost is shared out among these, to the cent.")

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if isinstance(cleaned.get("cost_minor"), int) and cleaned["cost_minor"] < 0:
            self.add_error("cost_minor", _("A cost is not below zero."))
        currency = cleaned.get("currency")
        others = [str(one) for one in cleaned.get("campaigns") or () if currency and one.currency != currency]
        if others:
            words = _("These count in another currency, so the cost would appear nowhere: %(names)s.")
            self.add_error("campaigns", words % {"names": ", ".join(others)})
        return cleaned


class PartnerForm(OwnedForm):
    class Meta:
        model = Partner
        fields = [
            "name", "code", "kind", "is_active", "owner", "contact_name", "contact_email", "contact_phone", "note",
        ]  # fmt: skip

    def clean_code(self):
        code = self.cleaned_data["code"].lower()
        if Partner.objects.filter(code__iexact=code).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Another partner has this code."))
        return code
