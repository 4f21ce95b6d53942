"""What people hangs on the walls that other floors show."""

from django.middleware.csrf import get_token

from people.access import roles
from people.walls import Panel

MERGE = "people.merge_person"
MERGES_SHOWN = 20


class AuditPanel(Panel):
    """On the page of a person: the way to who has read or changed something about them."""

    order = 900
    name = "audit"
    permissions = (roles.AUDIT,)
    template_name = "people/admin/audit_panel.html"

    def __init__(self, person):
        self.person = person

    def get_context_data(self, parent_context=None):
        return {"person": self.person}


class MergedPanel(Panel):
    """On the page of a person: who has become part of them, and the way to part them again."""

    order = 850
    name = "merged"
    permissions = (MERGE,)
    template_name = "people/admin/merged_panel.html"

    def __init__(self, request, person):
        self.request = request
        merges = person.merges.filter(undone_at=None).select_related("absorbed", "by").order_by("-at", "-pk")
        self.merges = list(merges[:MERGES_SHOWN]) if getattr(person, "is_merged", True) else []

    def is_shown(self):
        return bool(self.merges)

    def get_context_data(self, parent_context=None):
        return {"merges": self.merges, "csrf_token": get_token(self.request)}


class MyDataPanel(Panel):
    """On a person's own page: the way to all we hold about them, and to what they hear from us."""

    order = 200
    region = "aside"
    name = "my-data"
    template_name = "people/my_data_panel.html"
