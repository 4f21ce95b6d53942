"""Persons found to be one: the row that speaks for both."""

from uuid import UUID

from people.models import Person

LONGEST_CHAIN = 20  # merges one behind the other; more than that is a fault in the data


def current(person: Person) -> Person:
    """The person whom ``person`` has become part of, or themselves."""
    for _step in range(LONGEST_CHAIN):
        if person.merged_into_id is None:
            return person
        person = Person.objects.get(pk=person.merged_into_id)
    raise RuntimeError(f"The merges of person {person.pk} lead nowhere.")


def by_uuid(uuid: UUID | str) -> Person | None:
    """Whoever speaks now for the person once known as ``uuid``; None if there was none, or they were erased."""
    person = Person.objects.filter(uuid=uuid).first()
    if person is not None:
        person = current(person)
    return person if person is not None and person.erased_at is None else None
