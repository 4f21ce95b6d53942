"""What somebody may do at which age. Ages are counted by the school's calendar, from date to date."""

from datetime import date, datetime

from django.utils import timezone

from people.models import Person

OF_AGE = 18  # Spanish Civil Code, art. 240; the whole day of birth counts
# From which age a child consents alone: GDPR art. 8(1) leaves 13 to 16 to each country; in Spain LOPDGDD, art. 7.
# The others as in the Commission's report SWD(2020) 115, p. 17; Denmark raised its own to 15 in 2024.
CONSENTS_FROM = {
    **dict.fromkeys(("BE", "EE", "FI", "LV", "MT", "PT", "SE"), 13),
    **dict.fromkeys(("AT", "BG", "CY", "ES", "IT", "LT"), 14),
    **dict.fromkeys(("CZ", "DK", "FR", "GR"), 15),
    **dict.fromkeys(("DE", "HR", "HU", "IE", "LU", "NL", "PL", "RO", "SK"), 16),
}
CONSENTS_FROM_ELSEWHERE = CONSENTS_FROM["ES"]
LONGEST_LIFE = 122  # years; the oldest age ever proved (Jeanne Calment)


def birthday(birth_date: date, years: int) -> date:
    """The day on which ``years`` are complete; whoever was born on 29 February has it on the 28th in other years.

    Spanish Civil Code, art. 5.1: where the last month has no such day, the term ends with its last one.
    """
    try:
        return birth_date.replace(year=birth_date.year + years)
    except ValueError:
        return date(birth_date.year + years, 2, 28)


def has_turned(birth_date: date, years: int, *, on: date) -> bool:
    """Whether ``years`` are complete on the day ``on``."""
    return on >= birthday(birth_date, years)


def is_plausible(birth_date: date, *, on: date) -> bool:
    """Whether somebody who is alive on the day ``on`` can have been born on that day."""
    return birth_date <= on and not has_turned(birth_date, LONGEST_LIFE + 1, on=on)


def is_minor_on(birth_date: date | None, *, on: date) -> bool:
    """Whether somebody born then is a minor on the day ``on``; whose birth date is not known counts as of age."""
    return birth_date is not None and not has_turned(birth_date, OF_AGE, on=on)


def is_minor(person: Person, at: datetime) -> bool:
    """Whether the person is known to be under 18 at ``at``."""
    return is_minor_on(person.birth_date, on=timezone.localdate(at))


def may_contract(person: Person, at: datetime) -> bool:
    """Whether they may bind themselves to pay: of age, or not known to be a minor."""
    return not is_minor(person, at)


def may_consent(person: Person, at: datetime) -> bool:
    """Whether what they say about their own data counts: from 14 in Spain, from the age of their country elsewhere."""
    if person.birth_date is None:
        return True
    age = CONSENTS_FROM.get(person.country.strip().upper(), CONSENTS_FROM_ELSEWHERE)
    return has_turned(person.birth_date, age, on=timezone.localdate(at))
