"""Made-up content for the pattern page, where each component of the website is shown once."""

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _


class PatternForm(forms.Form):
    """One field of each kind; nothing comes of it."""

    name = forms.CharField(label=_("Your name"), max_length=80)
    email = forms.EmailField(label=_("E-mail"), help_text=_("We answer here within 24 hours."))
    language = forms.ChoiceField(
        label=_("Language"), choices=[("ca", "Català"), ("es", "Español"), ("en", "English")], required=False
    )
    mode = forms.ChoiceField(
        label=_("How would you like to study?"),
        choices=[("room", _("In the classroom")), ("online", _("Online"))],
        widget=forms.RadioSelect,
    )
    message = forms.CharField(label=_("Your question"), widget=forms.Textarea(attrs={"rows": 4}), required=False)
    news = forms.BooleanField(label=_("Tell me about new programmes"), required=False)


def samples() -> dict:
    """Return the context of ``patterns/patterns.html``."""
    return {
        "form": PatternForm({"name": "Berta Rius", "email": "berta@", "language": "ca"}, auto_id="pattern_%s"),
        "page_obj": Paginator(range(1, 118), 12).page(4),
        "breadcrumb": [
            {"title": _("Home"), "url": "#"},
            {"title": _("Programmes"), "url": "#"},
            {"title": _("Data for people"), "url": "#"},
        ],
        **_programme(),
        **_progress(),
        **_figures(),
    }


def _programme() -> dict:
    return {
        "card_facts": [_("Starts 2 February"), _("14 weeks"), _("Online")],
        "facts": [
            {"icon": "calendar", "label": _("Starts"), "value": _("2 February 2026")},
            {"icon": "clock", "label": _("Length"), "value": _("14 weeks, 6 hours a week")},
            {"icon": "globe", "label": _("Language"), "value": _("Catalan")},
            {"icon": "place", "label": _("Where"), "value": _("Poblenou and online")},
            {"icon": "credit", "label": _("Credits"), "value": "12 ECTS"},
            {"icon": "seat", "label": _("Seats left"), "value": "7"},
        ],
        "price_rows": [
            {"label": _("Tuition"), "note": _("14 weeks"), "amount": "980,00 €"},
            {"label": _("Materials"), "amount": "45,00 €"},
            {"label": _("Early enrolment"), "note": _("until 15 December"), "amount": "−98,00 €", "is_reduction": True},
        ],
    }


def _progress() -> dict:
    return {
        "timeline": [
            {
                "when": _("12 January, 10:04"),
                "title": _("You asked"),
                "text": _("About evening classes"),
                "state": "done",
            },
            {"when": _("12 January, 12:30"), "title": _("Nora answered"), "text": _("By e-mail"), "state": "done"},
            {"when": _("Today"), "title": _("Your application"), "text": _("Two documents to go"), "state": "now"},
            {"when": _("2 February"), "title": _("First class"), "state": "next"},
        ],
        "steps": [
            {"title": _("About you"), "url": "#", "state": "done"},
            {"title": _("Documents"), "state": "now"},
            {"title": _("Payment"), "state": "next"},
            {"title": _("Confirmation"), "state": "next"},
        ],
    }


def _figures() -> dict:
    return {
        "table_columns": [
            {"label": _("Intake")},
            {"label": _("Enquiries"), "is_number": True},
            {"label": _("Enrolled"), "is_number": True},
        ],
        "table_rows": [
            [{"text": _("Autumn 2025")}, {"text": "412", "is_number": True}, {"text": "96", "is_number": True}],
            [{"text": _("Spring 2026")}, {"text": "387", "is_number": True}, {"text": "104", "is_number": True}],
        ],
    }
