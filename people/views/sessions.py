"""Ending sign-ins: one's own, everywhere at once."""

from allauth.account.adapter import get_adapter
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST


@require_POST
@login_required
def sign_out_everywhere(request):
    """End every sign-in of whoever asks, this one last."""
    end_other_sessions(request, request.user)
    get_adapter(request).logout(request)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("account_login")
