from django import forms
from django.utils.translation import gettext_lazy as _

from enquiries.models import Campaign

DAYS = [(7, _("last 7 days")), (30, _("last 30 days")), (90, _("last 90 days")), (365, _("last 365 days"))]


class ReportFilter(forms.Form):
    """The days a report looks back on."""

    days = forms.TypedChoiceField(label=_("Period"), choices=DAYS, coerce=int, required=False)


class BoardFilter(forms.Form):
    """What the board is read for; it lives in the address, so that a board can be sent to somebody."""

    days = forms.TypedChoiceField(label=_("Period"), choices=DAYS, coerce=int, required=False)
    campaign = forms.ModelChoiceField(
        label=_("Campaign"),
        queryset=Campaign.objects.order_by("name"),
        to_field_name="slug",
        required=False,
        empty_label=_("whole school"),
    )
