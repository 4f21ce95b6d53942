"""What people hangs on the walls that other floors show."""

from people.walls import Panel


class MyDataPanel(Panel):
    """On a person's own page: the way to all we hold about them, and to what they hear from us."""

    order = 200
    region = "aside"
    name = "my-data"
    template_name = "people/my_data_panel.html"
