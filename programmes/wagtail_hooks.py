"""What programmes offers to the back office."""

from wagtail import hooks

from programmes import roles
from programmes.viewsets import ProgrammeChooserViewSet, ProgrammesGroup


@hooks.register("register_role_permissions")
def role_permissions():
    return roles.PERMISSIONS


@hooks.register("register_admin_viewset")
def viewsets():
    return [ProgrammesGroup(), ProgrammeChooserViewSet("programme_chooser")]
