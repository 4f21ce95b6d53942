"""The back office's lists of this floor, one module for each topic.

A topic names its lists in ``VIEWSETS`` and, where it has them, its choosers in ``CHOOSERS``.
"""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup

from programmes.viewsets import (
    argument_sheets,
    competitors,
    exchange,
    menus,
    print_batches,
    programmes,
    quality,
    school,
    slots,
    testimonials,
    told,
)

TOPICS = [
    programmes,
    argument_sheets,
    competitors,
    told,
    slots,
    print_batches,
    testimonials,
    school,
    menus,
    quality,
    exchange,
]  # in the order of the menu
CHOOSERS = [chooser for topic in TOPICS for chooser in getattr(topic, "CHOOSERS", [])]
DESK_URLS = [url for topic in TOPICS for url in getattr(topic, "DESK_URLS", [])]


class ProgrammesGroup(ModelViewSetGroup):
    menu_label = _("Programmes")
    menu_name = "programmes"  # not the label in whatever language came first
    menu_icon = "doc-full"
    menu_order = 90
    items = tuple(viewset for topic in TOPICS for viewset in topic.VIEWSETS)
