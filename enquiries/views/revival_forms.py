"""What is filled in about a play."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contact_centre.models import Journey, MessageTemplate
from enquiries.models import Play
from enquiries.revival.plays import Draft
from people.models import Channel, Purpose


class PlayForm(forms.Form):
    """A play for one cell: what is done, to how many not, and for how long it counts."""

    name = forms.CharField(label=_("Name"), max_length=160)
    kind = forms.ChoiceField(label=_("What is done"), choices=Play.Kind.choices, widget=forms.RadioSelect)
    template = forms.ModelChoiceField(
        label=_("Template"),
        queryset=MessageTemplate.objects.none(),
        required=False,
        help_text=_("For an e-mail: a commercial one with an approved version. Each gets it in their language."),
    )
    journey = forms.ModelChoiceField(
        label=_("Journey"),
        queryset=Journey.objects.none(),
        required=False,
        help_text=_("For a series of messages: one that is live."),
    )
    held_out_percent = forms.IntegerField(
        label=_("Left alone, in %"),
        min_value=5,
        max_value=90,
        initial=20,
        help_text=_("Drawn by lot when it starts. What these do shows what would have happened anyway."),
    )
    days = forms.IntegerField(label=_("Days counted"), min_value=1, max_value=365, initial=90)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ready = MessageTemplate.objects.ready().filter(purpose=Purpose.COMMERCIAL, channel=Channel.EMAIL)
        self.fields["template"].queryset = ready.order_by("title", "language")
        self.fields["journey"].queryset = Journey.objects.filter(state=Journey.State.LIVE).order_by("name")

    def clean(self):
        said = super().clean()
        for kind, field in ((Play.Kind.EMAIL, "template"), (Play.Kind.DRIP, "journey")):
            if said.get("kind") == kind and not said.get(field) and field not in self.errors:
                self.add_error(field, _("Needed for this kind of play."))
        return said

    def draft(self, cell) -> Draft:
        said = self.cleaned_data
        return Draft(
            name=said["name"],
            cell=cell,
            kind=said["kind"],
            template=said["template"],
            journey=said["journey"],
            held_out_percent=said["held_out_percent"],
            days=said["days"],
        )
