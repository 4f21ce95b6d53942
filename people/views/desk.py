"""The back office's acts and pages on messages, imports and API tokens."""

from django import forms
from django.contrib import messages as notices
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.access import api_tokens
from people.contact import mail_files, mails
from people.importing import imports
from people.models import ApiToken, ImportRun, OutgoingMessage

SEE_MESSAGES = "people.view_outgoingmessage"


@require_GET
@permission_required(SEE_MESSAGES, raise_exception=True)
def message_preview(_request, pk):
    """The mail's HTML, alone, for a frame that runs nothing."""
    message = get_object_or_404(OutgoingMessage.objects.select_related("person"), pk=pk)
    response = HttpResponse(mails.html_of(message))
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    return response


@require_GET
@permission_required(SEE_MESSAGES, raise_exception=True)
def message_file(_request, pk):
    """The mail as it was written into the file outbox."""
    message = get_object_or_404(OutgoingMessage, pk=pk)
    path = mail_files.find(str(message.uuid))
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), content_type="message/rfc822", as_attachment=True, filename=path.name)


@require_POST
@permission_required("people.undo_import", raise_exception=True)
def undo_import(request, pk):
    run = get_object_or_404(ImportRun, pk=pk)
    try:
        imports.undo(run, at=timezone.now(), by=request.user)
    except imports.CannotUndo as refusal:
        notices.error(request, str(refusal))
    else:
        notices.success(request, _("The import is undone: everything is as it was before."))
    return redirect("people_imports:inspect", pk)


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("Who or what will use it.")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"), choices=ApiToken.Scope.choices, widget=forms.CheckboxSelectMultiple
    )


@never_cache
@require_http_methods(["GET", "POST"])
def issue_token(request):
    """A form, then the token itself, this once."""
    if not request.user.has_perm("people.issue_apitoken"):
        raise PermissionDenied
    form, token = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        token = api_tokens.issue(
            form.cleaned_data["name"], form.cleaned_data["scopes"], at=timezone.now(), by=request.user
        )
    context = {"form": form, "token": token, "header_title": _("Issue an API token"), "header_icon": "key"}
    return render(request, "people/admin/issue_token.html", context)


@require_POST
@permission_required("people.issue_apitoken", raise_exception=True)
def revoke_token(request, pk):
    token = get_object_or_404(ApiToken, pk=pk)
    api_tokens.revoke(token, at=timezone.now())
    notices.success(request, _("The token “%(name)s” no longer opens anything.") % {"name": token.name})
    return redirect("people_api_tokens:index")
