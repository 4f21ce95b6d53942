"""Files that somebody uploads, to a form, a campaign or the library: judged as those that come with letters are."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm

from contact_centre.inbound import attachments
from contact_centre.inbound.letters import Enclosed


def check(file: UploadedFile, *, largest: int = attachments.LARGEST) -> None:
    """Raises ValidationError unless the file is what its name says, of a kind we keep, and not over ``largest`` bytes.

    What is too large is refused before it is read.
    """
    if file.size and file.size > largest:
        raise ValidationError(_("The file is larger than %(most)d MB.") % {"most": largest // 1024 // 1024})
    _kind, refused = attachments.judge(enclosed(file), largest=largest)
    if refused:
        raise ValidationError(refused)


def enclosed(file: UploadedFile) -> Enclosed:
    """The file as the checks of letters read it."""
    file.seek(0)
    content = file.read()
    file.seek(0)
    return Enclosed(name=(file.name or "")[-200:], content_type=(file.content_type or "")[:120], content=content)


class CheckedFile(forms.FileField):
    """A file that is what it says it is, and of a kind we keep."""

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile):
            check(file)
        return file


class CheckedDocumentForm(BaseDocumentForm):
    """A document of the library, wherever it is uploaded; one that stands there already is not judged again."""

    def clean_file(self):
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            check(file, largest=settings.WAGTAILDOCS_MAX_UPLOAD_SIZE)
        return file
