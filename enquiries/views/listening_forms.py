"""Forms of mentions, channels and posts."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from enquiries.models import Campaign, Mention, SocialChannel, SocialPost
from enquiries.views.plans_forms import OwnedForm
from people.identity import addresses
from people.models import Identity, Person


def person_of(text: str) -> Person | None:
    """Whoever has exactly this e-mail address or telephone number."""
    for kind in (Identity.Kind.EMAIL, Identity.Kind.PHONE):
        try:
            value = addresses.normalise(kind, text)
        except ValueError:
            continue
        found = Identity.objects.filter(kind=kind, value=value).select_related("person").first()
        if found:
            return found.person
    return None


class MentionForm(WagtailAdminModelForm):
    who = forms.CharField(
        label=gettext_lazy("Somebody we know"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Their e-mail address or telephone number, if you know who said it."),
    )

    class Meta:
        model = Mention
        fields = [
            "network", "author", "text", "address", "said_at", "rival", "tone", "reach", "campaign", "needs_answer",
            "is_crisis",
        ]  # fmt: skip
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = Campaign.objects.order_by("state", "name")
        self.fields["rival"].empty_label = _("About us")

    def clean_said_at(self):
        said_at = self.cleaned_data["said_at"]
        if said_at > timezone.now():
            raise forms.ValidationError(_("That is still to come."))
        return said_at

    def clean_who(self):
        typed = self.cleaned_data["who"].strip()
        if typed:
            self.instance.person = person_of(typed)
            if self.instance.person is None:
                raise forms.ValidationError(_("Nobody has this address or number."))
        return typed


class AnswerForm(forms.Form):
    """What we answered, in public or in private."""

    text = forms.CharField(label=gettext_lazy("What we answered"), widget=forms.Textarea(attrs={"rows": 4}))


class MentionFileForm(forms.Form):
    """A table of mentions."""

    file = forms.FileField(
        label=gettext_lazy("Table of mentions"),
        help_text=gettext_lazy("CSV or Excel, at least with the columns date and text. Nothing is taken in twice."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )


class ChannelForm(OwnedForm):
    class Meta:
        model = SocialChannel
        fields = ["network", "handle", "goal", "posts_per_week", "owner"]


class PostForm(WagtailAdminModelForm):
    class Meta:
        model = SocialPost
        fields = [
            "channel", "on", "text", "campaign", "action", "is_published", "address", "reach", "reactions",
        ]  # fmt: skip
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        action, campaign = cleaned.get("action"), cleaned.get("campaign")
        if action and campaign and action.campaign_id != campaign.pk:
            self.add_error("action", _("This action is of another campaign."))
        if cleaned.get("is_published") and cleaned.get("on") and cleaned["on"] > timezone.localdate():
            self.add_error("is_published", _("It cannot be out before its day."))
        return cleaned
