"""The communications matrix in Wagtail's admin, and at the sweep."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre.matrix import running
from contact_centre.views import matrix
from people.back_office import PermittedMenuItem


@hooks.register("register_admin_urls")
def matrix_urls():
    return [
        path("matrix/", matrix.MatrixView.as_view(), name="contact_centre_matrix"),
        path("matrix/<slug:moment>/<slug:channel>/", matrix.CellView.as_view(), name="contact_centre_matrix_cell"),
    ]


@hooks.register("register_writing_menu_item")
def matrix_item():
    return PermittedMenuItem(
        _("Communications matrix"),
        reverse_lazy("contact_centre_matrix"),
        name="matrix",
        icon_name="table",
        order=20,
        permissions=(matrix.SEE_IT,),
    )


@hooks.register("register_log_actions")
def matrix_log_actions(actions):
    actions.register_action("contact_centre.decide_cell", _("Decide about a cell"), _("Cell of the matrix decided"))


hooks.register("register_sweeper", running.sweep)


@hooks.register("after_facts_changed")
def fill_again(changes, at):
    running.refresh(changes, at=at)
