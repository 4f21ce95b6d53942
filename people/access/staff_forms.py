"""The forms of logins and roles in the back office, which know who fills them in."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import GroupForm, UserCreationForm, UserEditForm

from people.access import roles, staff_rules


class RolesField(forms.ModelMultipleChoiceField):
    """Roles under their names in the reader's language."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group):
        return roles.label(group.name)


class _KnowsWhoAsks:
    """What only a superuser may fill in stands there greyed out; what is sent for it all the same is not read."""

    def __init__(self, *args, by, **kwargs):
        self.by = by
        super().__init__(*args, **kwargs)
        groups = self.fields["groups"]
        self.fields["groups"] = RolesField(queryset=groups.queryset, required=False, label=_("Roles"))
        target = self.instance
        if "is_superuser" in self.fields:
            self.fields["is_superuser"].label = _("Superuser")
            self.fields["is_superuser"].help_text = _("May do everything. Only a superuser makes another.")
            self.fields["is_superuser"].disabled = not by.is_superuser
        if target.pk is not None:
            self.fields["email"].disabled = not staff_rules.may_set_address(target, by=by)
            self.fields["groups"].disabled = not staff_rules.may_give_roles(target, by=by)

    @property
    def password_enabled(self):
        return self.by.is_superuser and super().password_enabled

    def save(self, commit=True):
        if not self.instance.password:
            self.instance.set_unusable_password()  # they come in with a code, and choose one if they want
        return super().save(commit=commit)


class NewLoginForm(_KnowsWhoAsks, UserCreationForm):
    password_required = False


class LoginForm(_KnowsWhoAsks, UserEditForm):
    pass


class RoleForm(GroupForm):
    """What a role allows. The names that the code knows stay."""

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = by
        self.held = set(self.instance.permissions.values_list("pk", flat=True)) if self.instance.pk else set()
        if self.instance.pk and staff_rules.is_named_by_product(self.instance):
            self.fields["name"].disabled = True
            self.fields["name"].help_text = roles.label(self.instance.name)

    def clean_permissions(self):
        chosen = self.cleaned_data["permissions"]
        new = [right for right in chosen.select_related("content_type") if right.pk not in self.held]
        if refused := staff_rules.beyond(new, by=self.by):
            names = ", ".join(str(right.name) for right in refused)
            raise forms.ValidationError(
                _("You do not have these rights yourself, so you cannot give them: %(names)s") % {"names": names}
            )
        return chosen


class GiveRoleForm(forms.Form):
    """One role for many logins."""

    role: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Role"), queryset=None)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        field.queryset = RoleForm.Meta.model.objects.order_by("name")
        field.label_from_instance = lambda group: roles.label(group.name)
