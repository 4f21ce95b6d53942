"""Wagtail's app of users and groups, with our screens in the place of its own."""

from wagtail.users.apps import WagtailUsersAppConfig


class StaffAppConfig(WagtailUsersAppConfig):
    user_viewset = "people.viewsets.staff.LoginViewSet"
    group_viewset = "people.viewsets.staff.RoleViewSet"
