"""Everything we hold about a person, for the person: each floor adds its section with the hook ``register_exporter``.

A hook is called with the person and returns ``{"section": rows}``, made of what JSON knows, instants and dates.
"""

from django.forms.models import model_to_dict
from wagtail import hooks

from people.models import Person


def export(person: Person) -> dict:
    """All sections, those of this floor first."""
    found = {
        "person": {
            "uuid": str(person.uuid),
            "given_name": person.given_name,
            "family_name": person.family_name,
            "language": person.language,
            "time_zone": person.time_zone,
            "country": person.country,
            "phase": person.phase,
            "paused_until": person.paused_until,
            "source": person.source,
            "created_at": person.created_at,
        },
        "identities": list(
            person.identities.order_by("pk").values("kind", "value", "source", "created_at", "verified_at")
        ),
        "consents": list(
            person.consents.order_by("at", "pk").values(
                "purpose", "channel", "decision", "wording_version", "language", "at", "source", "proof"
            )
        ),
        "timeline": list(
            person.touchpoints.order_by("at", "pk").values(
                "at", "channel", "direction", "kind", "summary", "is_two_way", "campaign"
            )
        ),
        "messages": list(
            person.messages.order_by("created_at", "pk").values(
                "created_at", "channel", "purpose", "to", "language", "subject", "body", "state", "sent_at"
            )
        ),
        "scores": [model_to_dict(score, exclude=["id", "person"]) for score in person.scores.order_by("metric")],
        "login": _login(person),
    }
    for export_section in hooks.get_hooks("register_exporter"):
        found |= export_section(person)
    return found


def _login(person: Person) -> dict | None:
    if person.user is None:
        return None
    user = person.user
    return {
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "date_joined": user.date_joined,
        "last_login": user.last_login,
    }
