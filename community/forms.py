"""The forms of members. Each carries a token of its own, so that sending it twice writes once."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from community import forums

MARKDOWN_HELP = _("You can use **bold**, *italics*, - lists, > quotes and links.")


class ReplyForm(forms.Form):
    """A post."""

    uuid = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    text = forms.CharField(
        label=_("Your post"),
        max_length=forums.LONGEST_POST,
        help_text=MARKDOWN_HELP,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write something first.")},
    )

    def clean_text(self):
        text = forums.cleaned(self.cleaned_data["text"])
        if not text:
            raise forms.ValidationError(_("Write something first."))
        return text


class ThreadForm(ReplyForm):
    """A new conversation."""

    title = forms.CharField(label=_("What is it about?"), max_length=forums.LONGEST_TITLE)
    field_order = ["uuid", "title", "text"]


class EditForm(forms.Form):
    """A correction."""

    text = forms.CharField(
        label=_("Your post"),
        max_length=forums.LONGEST_POST,
        help_text=MARKDOWN_HELP,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class ReportForm(forms.Form):
    """Why a post does not belong."""

    why = forms.CharField(label=_("What is wrong with it?"), max_length=forums.LONGEST_REASON)
