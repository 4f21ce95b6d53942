"""What floors above offer to do with an enquiry: they hang it on with the hook ``register_enquiry_acts``."""

from dataclasses import dataclass

from django.utils.functional import Promise
from wagtail import hooks

from enquiries.models import Enquiry
from people.models import User


@dataclass(frozen=True)
class Act:
    """A way on from an enquiry: what its button says, and the page behind it."""

    label: str | Promise
    url: str
    icon: str = "arrow-right"


def offered(enquiry: Enquiry, user: User) -> list[Act]:
    """What ``user`` may do with the enquiry above this floor, in the order in which it was hung on."""
    found: list[Act] = []
    for register in hooks.get_hooks("register_enquiry_acts"):
        found += register(enquiry, user)
    return found
