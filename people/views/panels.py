"""What people hangs on the walls that other floors show."""

from people import roles
from people.walls import Panel


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


class MyDataPanel(Panel):
    """On a person's own page: the way to all we hold about them, and to what they hear from us."""

    order = 200
    region = "aside"
    name = "my-data"
    template_name = "people/my_data_panel.html"
