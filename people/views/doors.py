"""Who may open a screen of this floor's back office."""

from django.core.exceptions import PermissionDenied


class Permitted:
    """A view for those who have one of ``permissions``."""

    permissions: tuple[str, ...] = ()

    def dispatch(self, request, *args, **kwargs):
        if not any(request.user.has_perm(name) for name in self.permissions):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)
