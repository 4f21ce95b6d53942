"""Everything we hold about a person, for the person: complete, and to be read by another program.

``tables`` holds every registered field of every table (``privacy.personal_data``), so that a field added anywhere is in
the file without anybody's doing. Beside them stand what needs words, and what floors add with ``register_exporter``: a
hook that is called with the person and returns ``{"section": rows}``, made of what JSON knows, instants and dates.
"""

from typing import Any

from django.forms.models import model_to_dict
from wagtail import hooks

from people import relatives
from people.contact import consents, policy
from people.identity import merging
from people.models import Person
from people.privacy import personal_data
from people.privacy.personal_data import Table

SECRET = "held, and shown to nobody"  # noqa: S105 -- the words that stand for a secret


def export(person: Person) -> dict[str, Any]:
    """All sections, those of this floor first. What others became part of the person is theirs too."""
    person = merging.current(person)
    found: dict[str, Any] = {
        "person": _person(person),
        "identities": list(
            person.identities.order_by("pk").values(
                "kind", "value", "as_typed", "issuer", "source", "created_at", "verified_at", "is_undeliverable"
            )
        ),
        "shared_addresses": list(
            person.shared_addresses.order_by("pk").values("identity__kind", "identity__value", "source", "created_at")
        ),
        "consents": _consents(person),
        "legal_bases": list(person.legal_bases.order_by("pk").values("kind", "topic", "since")),
        "topics_off": [{"code": code, "topic": str(policy.topics().get(code, ""))} for code in person.topics_off],
        "timeline": list(
            person.touchpoints.order_by("at", "pk").values(
                "at", "channel", "direction", "kind", "summary", "is_two_way", "campaign", "emotion", "sentiment"
            )
        ),
        "messages": list(
            person.messages.order_by("created_at", "pk").values(
                "created_at", "channel", "purpose", "to", "language", "topic", "subject", "body", "state", "sent_at"
            )
        ),
        "scores": [model_to_dict(score, exclude=["id", "person"]) for score in person.scores.order_by("metric")],
        "merges": _merges(person),
        # Who of the school read it stays with the school; that it was read, when and what for is the person's to know
        # (Court of Justice of the EU, C-579/21, 22 June 2023).
        "read_by_the_school": list(person.audit_entries.order_by("at", "pk").values("at", "act", "what")),
        "login": _login(person),
    }
    found |= relatives.export(person)
    for export_section in hooks.get_hooks("register_exporter"):
        found |= export_section(person)
    return found | {"tables": _tables(person)}


def _person(person: Person) -> dict[str, Any]:
    return {
        "uuid": str(person.uuid),
        "given_name": person.given_name,
        "family_name": person.family_name,
        "birth_date": person.birth_date,
        "language": person.language,
        "time_zone": person.time_zone,
        "country": person.country,
        "phase": person.phase,
        "preferred_channel": person.preferred_channel,
        "preferred_from": person.preferred_from,
        "preferred_until": person.preferred_until,
        "frequency": person.frequency,
        "paused_until": person.paused_until,
        "source": person.source,
        "created_at": person.created_at,
    }


def _consents(person: Person) -> list[dict[str, Any]]:
    """The whole ledger, with the words that were read before each line."""
    lines = list(person.consents.select_related("said_by").order_by("at", "pk"))
    texts = consents.texts_read(lines)
    return [
        {
            "purpose": line.purpose,
            "channel": line.channel,
            "decision": line.decision,
            "wording_version": line.wording_version,
            "language": line.language,
            "words": texts.get((line.wording_version, line.language), ""),
            "at": line.at,
            "source": line.source,
            "proof": line.proof,
            "said_by": str(line.said_by) if line.said_by else "",
        }
        for line in lines
    ]


def _merges(person: Person) -> list[dict[str, Any]]:
    """Which earlier entries are this person now."""
    merges = person.merges.select_related("absorbed").order_by("at", "pk")
    return [{"at": one.at, "undone_at": one.undone_at, "was": str(one.absorbed.uuid)} for one in merges]


def _login(person: Person) -> dict[str, Any] | None:
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


def _tables(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Every registered field of the rows about the person, table by table; those without a row are left out."""
    ids = merging.everyone_in(person)
    found = {table.model: _rows(table, ids) for table in personal_data.tables() if table.of and table.personal}
    return {model: rows for model, rows in found.items() if rows}


def _rows(table: Table, ids: list[int]) -> list[dict[str, Any]]:
    fields = table.fields()
    lookups = {name: declared.shown_as or name for name, declared in fields.items() if not declared.is_secret}
    secrets = [name for name, declared in fields.items() if declared.is_secret]
    # Distinct: more than one lookup may lead to the same row.
    rows = table.rows_of(ids).order_by("pk").values_list("pk", *lookups.values())
    once = {values[0]: values[1:] for values in rows.iterator(chunk_size=2000)}
    return [{**dict(zip(lookups, values, strict=True)), **dict.fromkeys(secrets, SECRET)} for values in once.values()]
