"""The models by which credit for an enquiry is shared among the touches before it; each has a name people use."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Model(models.TextChoices):
    """Whose credit an enquiry is, and what came of it."""

    LAST = "last", _("Last touch")
    FIRST = "first", _("First touch")
    LINEAR = "linear", _("All alike")
    POSITION = "position", _("First and last most (40/20/40)")
    DECAY = "decay", _("The nearer the more (half after 7 days)")


WORDS = {
    Model.LAST: _("All credit goes to the touch that came just before the enquiry."),
    Model.FIRST: _("All credit goes to the touch by which somebody first came to us."),
    Model.LINEAR: _("Each touch on the way gets the same share."),
    Model.POSITION: _("Two fifths to the first touch, two fifths to the last, and a fifth shared by those between."),
    Model.DECAY: _("Each touch gets half of what a touch seven days later gets."),
}
