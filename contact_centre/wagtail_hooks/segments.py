"""Segments and the rhythm of contact in Wagtail's admin."""

from wagtail import hooks

from contact_centre.segments import about_desk, about_people

hooks.register("register_segment_criteria", about_people.criteria)
hooks.register("register_segment_criteria", about_desk.criteria)
