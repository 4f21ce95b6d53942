"""What comes in from outside: suspects, the doors of machines, and how long either is kept."""

from wagtail import hooks

from enquiries.personal_data import door


@hooks.register("register_eraser")
def forget(person, at):
    door.forget(person=person, at=at)
