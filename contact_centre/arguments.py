"""Which arguments of the sheet an adviser used in a case: what conversion by argument is counted from."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from contact_centre import queue
from contact_centre.models import ArgumentUse, Case
from people.models import User
from programmes.models import Argument
from programmes.selling import argument_sheet


class NotOfThisCase(Exception):
    """The argument speaks for another programme than the one the case is about."""


@dataclass(frozen=True)
class Offered:
    """An argument beside a case, in the language of the case, and whether it was used there."""

    said: argument_sheet.Said
    use: ArgumentUse | None

    @property
    def is_used(self) -> bool:
        return self.use is not None


@transaction.atomic
def mark(case: Case, argument: Argument, *, by: User, at: datetime) -> ArgumentUse:
    """Write down that the argument was used in the case; marking it again changes nothing, also two at once.

    Raises NotYours if somebody else holds the case, and NotOfThisCase.
    """
    _refuse(case, by)
    if argument.programme_id not in (None, case.programme_id):
        raise NotOfThisCase(argument.pk)
    # Not get_or_create: of two at once, the one that comes second must find the first without an error.
    ArgumentUse.objects.bulk_create(
        [ArgumentUse(case=case, argument=argument, used_at=at, by=by)], ignore_conflicts=True
    )
    return ArgumentUse.objects.get(case=case, argument=argument)


@transaction.atomic
def unmark(case: Case, argument: Argument, *, by: User) -> bool:
    """Take the mark back; say whether there was one. Raises NotYours if somebody else holds the case."""
    _refuse(case, by)
    deleted, _by_model = ArgumentUse.objects.filter(case=case, argument=argument).delete()
    return bool(deleted)


def offered(case: Case) -> list[Offered]:
    """What can be said in the case, in its order; what was used stays on the list after it was retired."""
    uses = {use.argument_id: use for use in case.arguments_used.select_related("argument", "by")}
    said = argument_sheet.arguments_of(case.programme, language=case.language)
    shown = {one.argument.pk for one in said}
    past = [use.argument for pk, use in uses.items() if pk not in shown]
    said += [argument_sheet.said(argument, case.language) for argument in past]
    return [Offered(one, uses.get(one.argument.pk)) for one in said]


def _refuse(case: Case, by: User) -> None:
    if not queue.may_act_on(case, by):
        raise queue.NotYours(case.pk)
