"""The forms of templates: what is said, what it is for, and for whom it is looked at."""

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from contact_centre.matrix import moments
from contact_centre.models import MessageTemplate
from contact_centre.wording import versions
from people.contact import policy
from people.models import Channel
from programmes.models import Programme

WRITTEN = (Channel.EMAIL, Channel.WHATSAPP, Channel.SMS, Channel.PHONE)


class TextForm(forms.Form):
    """A subject and a text that can be filled."""

    subject = forms.CharField(label=_("Subject"), max_length=200, required=False)
    body = forms.CharField(label=_("Text"), max_length=20_000, widget=forms.Textarea({"rows": 16}), strip=True)

    def clean_subject(self):
        return self._sound("subject")

    def clean_body(self):
        return self._sound("body").replace("\r\n", "\n")

    def _sound(self, name):
        text = self.cleaned_data[name]
        if faults := versions.faults_of(text):
            raise forms.ValidationError([str(fault) for fault in faults])
        return text


class SettingsForm(forms.ModelForm):
    """What a template is for. Its purpose decides whether the ledger is asked for consent: approvers change it."""

    class Meta:
        model = MessageTemplate
        fields: tuple[str, ...] = ("title", "moment", "kind", "purpose", "phase", "topic", "is_on")

    def __init__(self, *args, may_approve=False, **kwargs):
        super().__init__(*args, **kwargs)
        held = [("", _("None"))]
        self.fields["moment"] = forms.ChoiceField(
            label=_("moment").capitalize(), choices=[*held, *moments.choices()], required=False
        )
        self.fields["topic"] = forms.ChoiceField(
            label=_("Topic of news"), choices=[*held, *policy.topics().items()], required=False
        )
        self.fields["kind"].choices = [("", _("Any kind")), *self.fields["kind"].choices[1:]]
        if self.instance.pk and self.instance.number and not may_approve:
            self.fields["purpose"].disabled = True
            self.fields["purpose"].help_text = _("Whoever approves templates changes this.")


class NewForm(SettingsForm):
    """A template that does not exist yet: one language of a text on one channel."""

    class Meta(SettingsForm.Meta):
        fields = ("title", "channel", "language", "moment", "kind", "purpose", "phase", "topic")

    def __init__(self, *args, source=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.source = source
        self.fields["channel"].choices = [(one.value, one.label) for one in WRITTEN]

    def clean(self):
        typed = super().clean()
        code = self.source.code if self.source else slugify(typed.get("title", ""))[:80]
        if not code:
            self.add_error("title", _("Give it a title with letters in it."))
        there = MessageTemplate.objects.filter(code=code, channel=typed.get("channel"), language=typed.get("language"))
        if there.exists():
            self.add_error("language", _("This text is there already in this language and on this channel."))
        self.instance.code, self.instance.number, self.instance.body = code, 0, ""
        return typed


class LookForm(forms.Form):
    """For whom a text is looked at."""

    q = forms.CharField(label=_("Find another person"), max_length=200, required=False, widget=forms.SearchInput)
    reader = forms.UUIDField(required=False, widget=forms.HiddenInput)
    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Programme.objects.order_by("title"), required=False,
        empty_label=_("That of their last question"),
    )  # fmt: skip


class WhyForm(forms.Form):
    """What is to be changed."""

    why = forms.CharField(label=_("What is to be changed"), max_length=250)
