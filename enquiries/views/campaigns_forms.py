"""Forms of campaigns: the short one that makes one, the long one that changes it, and the small ones of its page."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from contact_centre.inbound import uploads
from contact_centre.models import Segment, Send
from enquiries.campaigns import tree
from enquiries.models import (
    Campaign,
    CampaignAction,
    CampaignAudience,
    CampaignHelper,
    CampaignTarget,
    Spending,
    TimeSpent,
)
from people.models import User
from programmes import amounts
from programmes.forms import AmountField, AmountsForm
from programmes.models import Intake, Programme

LARGEST_FILE = 20 * 1024 * 1024
FILES_AT_ONCE = 10


def staff() -> QuerySet[User]:
    """Whoever may own or help a campaign: logins that work here."""
    found = User.objects.filter(is_active=True).exclude(groups=None)
    return found.distinct().order_by("first_name", "last_name", "email")


class HoursField(forms.DecimalField):
    """Hours as people write them, minutes as they are kept."""

    def __init__(self, **options):
        super().__init__(**{"min_value": 0, "max_value": 10_000, "decimal_places": 2, "required": False, **options})

    def prepare_value(self, value):
        if not isinstance(value, int):
            return value
        return f"{Decimal(value) / 60:.2f}".rstrip("0").rstrip(".")

    def clean(self, value) -> int:
        return round((super().clean(value) or 0) * 60)

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial), data)


class GoalForm(AmountsForm):
    """What every campaign says at its creation: metric, baseline and target, days, budget, what it is part of."""

    amount_fields = ("budget_minor",)
    budget_minor = AmountField(label=gettext_lazy("Budget"), required=True)
    baseline = AmountField(
        label=gettext_lazy("Where we stand"),
        required=True,
        help_text=gettext_lazy("What such a campaign brought before."),
    )
    target = AmountField(label=gettext_lazy("Where we want to be"), required=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["metric"].required = True
        self.fields["starts_on"].required = self.fields["ends_on"].required = True
        self.fields["parent"].queryset = self._possible_parents()
        for name in ("baseline", "target"):
            figure = getattr(self.instance, name)
            if figure is not None and self.instance.metric == Campaign.Metric.COLLECTED:
                self.initial[name] = amounts.write(figure, self.instance.currency)
        if "owner" in self.fields:
            self.fields["owner"].queryset = staff()

    def _possible_parents(self) -> QuerySet[Campaign]:
        possible = Campaign.objects.exclude(state=Campaign.State.CLOSED)
        if self.instance.parent_id:
            possible = Campaign.objects.filter(pk=self.instance.parent_id) | possible
        if self.instance.pk:
            possible = possible.exclude(pk__in=tree.below(self.instance.pk))
        return possible.order_by("name")

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        currency = cleaned.get("currency") or self._currency(cleaned)
        cleaned["currency"] = self.instance.currency = currency
        for name in ("baseline", "target"):
            if isinstance(cleaned.get(name), str):
                cleaned[name] = self._figure(name, cleaned[name], cleaned.get("metric"), currency)
        baseline, target = cleaned.get("baseline"), cleaned.get("target")
        if isinstance(baseline, int) and isinstance(target, int) and target <= baseline:
            self.add_error("target", _("The target does not go beyond where we stand already."))
        if cleaned.get("starts_on") and cleaned.get("ends_on") and cleaned["ends_on"] < cleaned["starts_on"]:
            self.add_error("ends_on", _("It ends before it begins."))
        try:
            tree.check(campaign_id=self.instance.pk, parent=cleaned.get("parent"), currency=currency)
        except tree.BadParent as refusal:
            self.add_error("parent", str(refusal))
        return cleaned

    def _currency(self, cleaned) -> str:
        parent = cleaned.get("parent")
        return parent.currency if parent and not self.instance.pk else self.instance.currency

    def _figure(self, name, typed, metric, currency) -> int | None:
        try:
            return amounts.read(typed, currency if metric == Campaign.Metric.COLLECTED else "JPY")
        except amounts.NotAnAmount:
            self.add_error(name, _("Write a whole number, or an amount where money is measured."))
            return None


class NewCampaignForm(GoalForm):
    """The short form of a new campaign; its code is made of its name where none is typed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False

    def clean_slug(self):
        typed = self.cleaned_data["slug"]
        return typed or free_code(self.cleaned_data.get("name", ""))


class ChangeCampaignForm(GoalForm):
    """Everything of a campaign but its state; while it is live, with the reason of the change."""

    why = forms.CharField(
        label=gettext_lazy("Why it is changed"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Stands beside the mark that this change leaves in the report."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.state == Campaign.State.LIVE:
            self.fields["why"].required = True
        else:
            del self.fields["why"]

    def clean_why(self):
        return self.cleaned_data["why"].strip()


def free_code(name: str) -> str:
    """A code made of the name that no campaign has yet."""
    stem = slugify(name)[:74] or "campaign"
    taken = set(Campaign.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(code for code in (stem, *(f"{stem}-{number}" for number in range(2, 10_000))) if code not in taken)


class AudienceForm(WagtailAdminModelForm):
    class Meta:
        model = CampaignAudience
        fields = ["segment", "words"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["segment"].queryset = Segment.objects.order_by("name")
        self.fields["segment"].empty_label = _("Nobody we know: in words")

    def clean(self):
        typed = super().clean() or self.cleaned_data
        if not typed.get("segment") and not typed.get("words"):
            raise ValidationError(_("Choose a segment, or say in words whom you mean."))
        if "segment" in self.changed_data:
            self.instance.size = None
        return typed


class TargetForm(WagtailAdminModelForm):
    class Meta:
        model = CampaignTarget
        fields = ["programme", "intake", "enquiries", "enrolments"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = Programme.objects.filter(collection__is_own=True)
        self.fields["programme"].queryset = own.order_by("title")
        intakes = Intake.objects.filter(programme__in=own).select_related("programme")
        self.fields["intake"].queryset = intakes.order_by("programme__title", "starts_on")
        self.fields["intake"].label_from_instance = lambda intake: f"{intake.programme} · {intake}"
        self.fields["intake"].empty_label = _("All its intakes")

    def clean(self):
        typed = super().clean() or self.cleaned_data
        intake, programme = typed.get("intake"), typed.get("programme")
        if intake and programme and intake.programme_id != programme.pk:
            self.add_error("intake", _("This intake belongs to another programme."))
        if not typed.get("enquiries") and not typed.get("enrolments"):
            self.add_error("enrolments", _("A target of nothing is none."))
        return typed


class HelperForm(WagtailAdminModelForm):
    planned_minutes = HoursField(label=gettext_lazy("Planned hours"))

    class Meta:
        model = CampaignHelper
        fields = ["user", "planned_minutes"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = staff()


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """Some files at once, each what it says it is, of a kind and a size that we keep."""

    widget = SeveralFilesInput

    def clean(self, data, initial=None):
        files = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(files) > FILES_AT_ONCE:
            raise ValidationError(_("At most %(number)s files at once.") % {"number": FILES_AT_ONCE})
        return [self._clean_one(super(SeveralFiles, self).clean(one)) for one in files]

    def _clean_one(self, file):
        try:
            uploads.check(file, largest=LARGEST_FILE)
        except ValidationError as refusal:
            raise ValidationError(f"“{file.name}”: {' '.join(refusal.messages)}") from None
        return file


class ActionForm(AmountsForm):
    """An action with its files; ``why`` is asked for while its campaign is live."""

    amount_fields = ("cost_planned_minor",)
    cost_planned_minor = AmountField(label=gettext_lazy("Planned cost"), initial="0")
    new_files = SeveralFiles(
        label=gettext_lazy("Add files"),
        required=False,
        help_text=gettext_lazy("Documents and pictures up to 20 MB. Only those who may see campaigns can open them."),
    )
    dropped_files: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Take away"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    why = forms.CharField(label=gettext_lazy("Why it is changed"), required=False, max_length=500)

    class Meta:
        model = CampaignAction
        fields = [
            "name", "code", "kind", "medium", "state", "starts_on", "ends_on", "cost_planned_minor", "owner", "send",
            "note",
        ]  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 3}), "starts_on": AdminDateInput, "ends_on": AdminDateInput}
        help_texts = {"code": gettext_lazy("The same as utm_content in its links. Empty: made of its name.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        files = self.instance.files.order_by("title") if self.instance.pk else self._no_files()
        self.fields["dropped_files"].queryset = files
        if not files.exists():
            del self.fields["dropped_files"]
        if self.instance.campaign.state != Campaign.State.LIVE:
            del self.fields["why"]
        self.fields["code"].required = False
        self.fields["owner"].queryset = staff()
        self.fields["send"].queryset = Send.objects.order_by("-made_at")[:200]

    @staticmethod
    def _no_files():
        return CampaignAction.files.rel.model.objects.none()

    def clean_code(self):
        code = self.cleaned_data["code"]
        others = CampaignAction.objects.filter(campaign=self.instance.campaign_id, code=code).exclude(
            pk=self.instance.pk
        )
        if code and others.exists():
            raise ValidationError(_("Another action of this campaign has this code."))
        return code

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("cost_planned_minor") is None and "cost_planned_minor" not in self.errors:
            cleaned["cost_planned_minor"] = 0
        if cleaned.get("ends_on") and cleaned.get("starts_on") and cleaned["ends_on"] < cleaned["starts_on"]:
            self.add_error("ends_on", _("It ends before it begins."))
        return cleaned


class SpendingForm(forms.ModelForm):
    """Money that went out; with a minus sign it puts an earlier entry right."""

    amount = forms.CharField(
        label=gettext_lazy("Amount"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=gettext_lazy("With a minus sign it takes back what was entered wrongly."),
    )

    class Meta:
        model = Spending
        fields = ["on", "action", "note"]
        widgets = {"on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    field_order = ["on", "amount", "action", "note"]

    def __init__(self, *args, campaign: Campaign, **kwargs):
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        action: Any = self.fields["action"]
        action.queryset = campaign.actions.order_by("starts_on", "name")
        action.empty_label = _("The campaign as a whole")
        self.fields["note"].required = True

    def clean_amount(self) -> int:
        typed = self.cleaned_data["amount"].strip().replace("−", "-")
        sign = -1 if typed.startswith("-") else 1
        try:
            return sign * amounts.read(typed.removeprefix("-"), self.campaign.currency)
        except amounts.NotAnAmount as error:
            raise ValidationError(
                _("Write an amount, such as %(example)s.") % {"example": amounts.write(195_000)}
            ) from error

    def clean_on(self):
        return not_ahead(self.cleaned_data["on"])


class TimeForm(forms.ModelForm):
    minutes = HoursField(label=gettext_lazy("Hours"), min_value=Decimal("0.1"), max_value=24, required=True)

    class Meta:
        model = TimeSpent
        fields = ["user", "on", "minutes", "note"]
        widgets = {"on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = staff()

    def clean_on(self):
        return not_ahead(self.cleaned_data["on"])


def not_ahead(day):
    if day > timezone.localdate():
        raise ValidationError(_("This day is still to come."))
    return day


class StepForm(forms.Form):
    text = forms.CharField(required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))
    is_done = forms.BooleanField(required=False)
