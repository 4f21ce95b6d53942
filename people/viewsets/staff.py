"""Logins and roles in the back office: Wagtail's screens, with the rules of ``people.access.staff_rules``."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, TitleColumn
from wagtail.users.views import bulk_actions, groups, users

from people.access import audit, roles, staff_rules
from people.access.staff_forms import GiveRoleForm, LoginForm, NewLoginForm, RoleForm


class LoginIndexView(users.IndexView):
    """Who works here, with their roles; what one may not do is not offered."""

    def get_base_queryset(self):
        return super().get_base_queryset().prefetch_related("groups")

    @property
    def columns(self):
        columns = [one for one in super().columns if one.name != "is_superuser"]
        if not self.user_has_any_permission({"change", "delete"}):
            columns = [one for one in columns if not isinstance(one, BulkActionsCheckboxColumn)]
        place = next(number for number, one in enumerate(columns) if one.name == "is_active")
        return [*columns[:place], Column("roles", label=_("Roles"), accessor=_roles_of), *columns[place:]]

    def get_edit_url(self, instance):
        return super().get_edit_url(instance) if staff_rules.may_change(instance, by=self.request.user) else None

    def get_template_names(self):
        # Wagtail's script for acts on many looks for a checkbox that is only there for those who may use one.
        if self.results_only or self._offered():
            return super().get_template_names()
        return ["wagtailadmin/generic/index.html"]

    def _offered(self) -> list:
        return [action for action in BULK_ACTIONS if self.request.user.has_perm(action.needs)]

    def get_context_data(self, **kwargs):
        offered = self._offered()
        kinds = {"app_label": "people", "model_name": "user"}
        buttons = [
            (action, reverse("wagtail_bulk_action", kwargs={**kinds, "action": action.action_type}))
            for action in sorted(offered, key=lambda action: action.action_priority)
        ]
        return super().get_context_data(**kwargs) | {"bulk_buttons": buttons}


class KnowsWhoAsks:
    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"by": self.request.user}


class LoginCreateView(KnowsWhoAsks, users.CreateView):
    pass


class LoginEditView(KnowsWhoAsks, users.EditView):
    def dispatch(self, request, *args, **kwargs):
        if not staff_rules.may_change(self.object, by=request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class LoginViewSet(users.UserViewSet):
    index_view_class = LoginIndexView
    add_view_class = LoginCreateView
    edit_view_class = LoginEditView
    index_template_name = "people/admin/logins.html"
    copy_view_enabled = False  # a copy would take the rights along

    def get_form_class(self, for_update=False):
        return LoginForm if for_update else NewLoginForm


class RoleIndexView(groups.IndexView):
    columns = [
        TitleColumn(
            "name",
            label=_("Name"),
            accessor=lambda group: roles.label(group.name),
            sort_key="name",
            url_name="wagtailusers_groups:edit",
        )
    ]


class SaysWhatIsRefused:
    """Wagtail's table of rights has no place for what was wrong with it."""

    def form_invalid(self, form):
        for why in form.errors.get("permissions", []):
            messages.error(self.request, why)
        return super().form_invalid(form)


class RoleCreateView(SaysWhatIsRefused, KnowsWhoAsks, groups.CreateView):
    pass


class RoleEditView(SaysWhatIsRefused, KnowsWhoAsks, groups.EditView):
    def dispatch(self, request, *args, **kwargs):
        if not staff_rules.may_change_group(self.get_object(), by=request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class RoleViewSet(groups.GroupViewSet):
    index_view_class = RoleIndexView
    add_view_class = RoleCreateView
    edit_view_class = RoleEditView

    def get_form_class(self, for_update=False):
        return RoleForm


class _Noted:
    """A bulk action, which Wagtail does not log: every login it changes is a line of the trail."""

    needs = "people.change_user"

    def check_perm(self, obj):
        return super().check_perm(obj) and staff_rules.may_give_roles(obj, by=self.request.user)

    def get_execution_context(self):
        return {**super().get_execution_context(), "by": self.request.user}

    @classmethod
    def execute_action(cls, objects, by=None, **kwargs):
        objects = list(objects)
        done = super().execute_action(objects, **kwargs)
        role = kwargs.get("role")
        detail = {"role": role.name} if role else {"active": kwargs.get("mark_as_active")}
        audit.note_all(
            audit.entry(
                act=audit.Act.CHANGED,
                what=f"people.bulk_{cls.action_type}",
                by=by,
                at=timezone.now(),
                about=login,
                detail={name: value for name, value in detail.items() if value is not None},
            )
            for login in objects
        )
        return done


class GiveRole(_Noted, bulk_actions.AssignRoleBulkAction):
    form_class = GiveRoleForm


class SetActive(_Noted, bulk_actions.SetActiveStateBulkAction):
    pass


class DeleteLogins(_Noted, bulk_actions.DeleteBulkAction):
    needs = "people.delete_user"


BULK_ACTIONS = [GiveRole, SetActive, DeleteLogins]
for action in BULK_ACTIONS:
    # Later than Wagtail's own of the same name, which it replaces.
    hooks.register("register_bulk_action", action, order=100)


def _roles_of(login) -> str:
    named = [roles.label(group.name) for group in login.groups.all()]
    return ", ".join([*([str(_("Superuser"))] if login.is_superuser else []), *named])


VIEWSETS: list = []  # Wagtail's own app makes them: see people.wagtail_users
DESK_URLS: list = []
