"""What forms hang on the walls: the form of a landing page, and the answers beside a question."""

from enquiries.asking import answers
from enquiries.models import AnswerFile, Enquiry
from enquiries.roles import SEE
from enquiries.views import asking_place
from people.walls import Panel


class FormOfPagePanel(Panel):
    """The form that an editor chose for a page, where the page would ask the question that is asked everywhere."""

    order = 100
    region = "form"
    name = "form"

    def __init__(self, request, page=None):
        self.form = asking_place.live_form(slug) if (slug := getattr(page, "form", "")) else None
        self.inner = asking_place.FormOnPage(self.form, request, page) if self.form else None

    def is_shown(self):
        return self.inner is not None

    def render_html(self, parent_context=None):
        return self.inner.render_html(parent_context) if self.inner else ""


class AnswersPanel(Panel):
    """What somebody answered besides their question, with their files."""

    order = 150
    region = "aside"
    name = "answers"
    permissions = (SEE,)
    template_name = "enquiries/admin/answers_panel.html"

    def __init__(self, request, case):
        found = Enquiry.objects.select_related("form").filter(case=case)
        self.enquiry = found.first() if request.user.has_perm(SEE) else None
        self.files = list(AnswerFile.objects.filter(enquiry=self.enquiry).order_by("pk")) if self.enquiry else []

    def is_shown(self):
        return bool(self.enquiry and (self.enquiry.answers or self.files or self.enquiry.form))

    def get_context_data(self, parent_context=None):
        return {"answers": answers.shown(self.enquiry), "files": self.files, "form": self.enquiry.form}
