"""Through which address somebody came in the act at hand, so that what they do can be told from a merged namesake's.

``match_or_create`` leaves it on the person as ``reached_by``; whoever is signed in came by the address of their login.
"""

from django.db.models import Subquery

from people.models import Identity, Person


def signed_in(person: Person, email: str) -> Person:
    """Remember, as long as this object lives, with which login they came."""
    person.signed_in_as = email.lower()
    return person


def same_way(person: Person, before: Person) -> Person:
    """``person``, read again in the same act, came as ``before`` did."""
    for name in ("reached_by", "signed_in_as"):
        if person.pk == before.pk and hasattr(before, name):
            setattr(person, name, getattr(before, name))
    return person


def of(person: Person) -> int | Subquery | None:
    """The key of the identity through which they came; a subquery where only the login's address is known."""
    reached_by = getattr(person, "reached_by", None)
    email = getattr(person, "signed_in_as", "")
    if reached_by is not None or not email:
        return reached_by
    return Subquery(
        Identity.objects.filter(person=person, kind=Identity.Kind.EMAIL, value=email).order_by("pk").values("pk")[:1]
    )


def number(person: Person) -> int | None:
    """The same, looked up where only the login's address is known."""
    way = of(person)
    if way is None or isinstance(way, int):
        return way
    known = Identity.objects.filter(person=person, kind=Identity.Kind.EMAIL, value=person.signed_in_as)
    return known.order_by("pk").values_list("pk", flat=True).first()
