"""The entry of the main menu under which everything about demand hangs: ``register_marketing_menu_item``."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, SubmenuMenuItem

marketing = Menu(register_hook_name="register_marketing_menu_item", construct_hook_name="construct_marketing_menu")


@hooks.register("register_admin_menu_item")
def marketing_item():
    return SubmenuMenuItem(_("Marketing"), marketing, name="marketing", icon_name="campaign", order=45)
