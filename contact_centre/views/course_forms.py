"""The forms of courses: the course, its quiz question by question, and vouching for somebody."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from contact_centre import queue
from contact_centre.models import ProductCourse
from contact_centre.training import courses
from people.models import User
from programmes.models import Programme

ANSWERS = range(1, 6)
BLANK = 2  # questions to fill in below those there are


class CourseForm(WagtailAdminModelForm):
    """What an adviser should know about a programme, and what passing its quiz is worth."""

    class Meta:
        model = ProductCourse
        fields = ["programme", "title", "body", "pass_percent", "valid_months", "is_required", "is_live"]
        labels = {"programme": gettext_lazy("Programme")}
        help_texts = {
            "is_required": gettext_lazy("Leads may still take them by hand."),
            "is_live": gettext_lazy("It then needs a quiz."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        others = ProductCourse.objects.exclude(pk=self.instance.pk).values("programme")
        self.fields["body"].widget.options["ariaLabel"] = str(self.fields["body"].label)
        self.fields["programme"].queryset = Programme.objects.exclude(pk__in=others).order_by("title")


class QuestionForm(forms.Form):
    """One question with up to five answers; a question without words is left out."""

    text = forms.CharField(label=gettext_lazy("Question"), max_length=300, required=False)
    explanation = forms.CharField(
        label=gettext_lazy("Why, as it is said after the quiz"), max_length=400, required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for number in ANSWERS:
            self.fields[f"answer_{number}"] = forms.CharField(
                label=_("Answer %(number)d") % {"number": number}, max_length=200, required=False
            )
            self.fields[f"right_{number}"] = forms.BooleanField(label=_("is right"), required=False)

    @property
    def pairs(self):
        return [(self[f"answer_{number}"], self[f"right_{number}"]) for number in ANSWERS]

    def clean(self):
        typed = super().clean()
        answers = self._answers(typed)
        if not typed.get("text"):
            if answers:
                raise ValidationError(_("Write the question, or empty its answers to leave it out."))
        elif len(answers) < 2:
            raise ValidationError(_("Give at least two answers."))
        elif not any(is_right for _text, is_right in answers):
            raise ValidationError(_("Tick which answer is right."))
        elif all(is_right for _text, is_right in answers):
            raise ValidationError(_("One answer at least should be wrong."))
        return typed

    def asked(self) -> courses.Asked | None:
        typed = self.cleaned_data
        if not typed.get("text"):
            return None
        return courses.Asked(typed["text"], typed.get("explanation", ""), tuple(self._answers(typed)))

    def _answers(self, typed):
        found = ((typed.get(f"answer_{number}", ""), typed.get(f"right_{number}", False)) for number in ANSWERS)
        return [(text, is_right) for text, is_right in found if text]


def quiz_forms(course: ProductCourse, posted=None):
    """The questions of a course, and some blank ones below."""
    made = forms.formset_factory(QuestionForm, extra=BLANK, max_num=60, absolute_max=80)
    quiz = courses.quiz_of(course) if course.pk else []
    return made(posted, initial=[_initial(asked) for asked in quiz], prefix="quiz")


def _initial(asked: courses.Asked) -> dict:
    facts: dict[str, str | bool] = {"text": asked.text, "explanation": asked.explanation}
    for number, (text, is_right) in enumerate(asked.answers, start=1):
        facts |= {f"answer_{number}": text, f"right_{number}": is_right}
    return facts


class VouchForm(forms.Form):
    """Whom one vouches for, why, and until when."""

    user = forms.ModelChoiceField(label=gettext_lazy("Adviser"), queryset=User.objects.none())
    programme = forms.ModelChoiceField(label=gettext_lazy("Programme"), queryset=Programme.objects.none())
    why = forms.CharField(label=gettext_lazy("Why"), max_length=200)
    until = forms.DateField(
        label=gettext_lazy("Until the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: until it is taken back."),
    )

    def __init__(self, *args, at=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = queue.advisers()
        self.fields["programme"].queryset = Programme.objects.filter(product_course__isnull=False).order_by("title")
        self.today = at

    def clean_until(self):
        until = self.cleaned_data["until"]
        if until and self.today and until < self.today:
            raise ValidationError(_("This day is over."))
        return until
