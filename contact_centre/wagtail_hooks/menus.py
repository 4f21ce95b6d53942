"""Two entries of the main menu that other topics hang theirs under: what is written, and how the desk is run."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, SubmenuMenuItem

writing = Menu(register_hook_name="register_writing_menu_item", construct_hook_name="construct_writing_menu")
running = Menu(register_hook_name="register_running_menu_item", construct_hook_name="construct_running_menu")


@hooks.register("register_admin_menu_item")
def writing_item():
    """Templates, the matrix, segments, sends, journeys: ``register_writing_menu_item``."""
    return SubmenuMenuItem(_("Communication"), writing, name="writing", icon_name="mail", order=35)


@hooks.register("register_admin_menu_item")
def running_item():
    """The board, teams, calendars, courses, call lists: ``register_running_menu_item``."""
    return SubmenuMenuItem(_("Running the desk"), running, name="running", icon_name="clipboard-list", order=36)
