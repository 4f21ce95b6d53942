"""Plans, agreements, studies, partners, mentions and the calendar of campaigns in the back office."""

from wagtail import hooks

from enquiries.personal_data import plans as personal_data


@hooks.register("register_eraser")
def forget_contact(person, at):
    personal_data.forget(person=person, at=at)
