"""What the origins hang on the walls of other floors: the way of a person, and what they say at the telephone."""

from django.utils.translation import gettext_lazy as _

from enquiries.models import Enquiry, SpokenSource, Touch
from enquiries.origins import credit, figures, heard, touches
from enquiries.origins.models import Model
from enquiries.origins.naming import medium_words
from enquiries.roles import SEE
from enquiries.views.origins import share
from people.walls import Panel

SHOWN = 30


class PersonOriginPanel(Panel):
    """How the person came to us, touch by touch, and whose credit their newest enquiry is."""

    order = 250
    name = "origins"
    permissions = (SEE,)
    comes_later, heading = True, _("How they came to us")
    template_name = "enquiries/admin/origins_person_panel.html"

    def __init__(self, request, person):
        self.request, self.person = request, person

    def get_context_data(self, parent_context=None):
        path = touches.path_of(self.person)
        newest = max((one.enquiry for one in path if one.enquiry), key=lambda one: one.received_at, default=None)
        spoken = {one.code: one.name for one in SpokenSource.objects.all()} if path else {}
        return {
            "touches": [_shown(one, spoken) for one in path[-SHOWN:]],
            "hidden": max(0, len(path) - SHOWN),
            "credits": _credits(path, newest, spoken) if newest else [],
            "models": Model.choices,
        }


class SpokenPanel(Panel):
    """How did you hear of us? One input, on the case of an enquiry."""

    order = 60
    region = "aside"
    name = "spoken-source"
    permissions = (SEE,)
    template_name = "enquiries/admin/origins_spoken_panel.html"

    def __init__(self, request, case):
        self.request, self.case = request, case
        self.enquiry = Enquiry.objects.filter(case=case).first()

    def is_shown(self):
        return self.enquiry is not None

    def get_context_data(self, parent_context=None):
        said = heard.said_about(self.enquiry)
        return {
            "enquiry": self.enquiry,
            "sources": heard.offered(),
            "said": said,
            "next": self.request.get_full_path(),
            "request": self.request,
        }


def _shown(touch: Touch, spoken: dict[str, str]) -> dict:
    return {"touch": touch, "source": source_words(touch, spoken), "medium": medium_words(touch.medium)}


def source_words(touch: Touch, spoken: dict[str, str]) -> str:
    """What a source is called where a person reads it."""
    if touch.kind == Touch.Kind.SPOKEN:
        return spoken.get(touch.source, touch.source)
    return touch.source or str(_("straight to our website") if touch.kind == Touch.Kind.DIRECT else _("not known"))


def _credits(path: list[Touch], enquiry: Enquiry, spoken: dict[str, str]) -> list[dict]:
    """Of each step on the way to the enquiry, its share under every model, in hundredths."""
    led = {
        (one.at, one.source): one
        for one in path
        if one.enquiry_id == enquiry.pk
        or (one.at <= enquiry.received_at and one.at > enquiry.received_at - credit.LOOKS_BACK)
    }
    steps = [
        credit.Step(one.at, one.kind, one.source, one.medium, one.campaign_id, one.action_id) for one in led.values()
    ]
    kept = credit.path(steps, received_at=enquiry.received_at)
    shares = {model: credit.shares(kept, model, received_at=enquiry.received_at) for model in Model.values}
    return [
        {
            "source": source_words(led[step.at, step.source], spoken),
            "shares": [share(shares[model][place] * 100 * figures.MILLIONTH) for model in Model.values],
        }
        for place, step in enumerate(kept)
    ]
