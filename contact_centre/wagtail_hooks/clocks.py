"""Clocks and calendars in the back office, and what the sweep does for them."""

from wagtail import hooks

from contact_centre.clocks import recomputing


@hooks.register("register_sweeper")
def follow_calendars(*, at):
    return {"deadlines_moved": recomputing.follow_changes(at=at)}
