"""Journeys in the back office: addresses, menu, log entries; what the desk tells them, and the sweep that moves people."""

from wagtail import hooks

from contact_centre.journeys import listening, own, walking

listening.register(own.HAPPENINGS)
hooks.register("register_sweeper", walking.sweep)


@hooks.register("after_people_merged")
def leave_after_merge(merge, at):
    walking.leave_after_merge(merge=merge, at=at)
