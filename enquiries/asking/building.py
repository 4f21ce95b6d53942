"""A form as one visitor sees it: which fields are left to ask, in which step, in which words, and what was typed.

What somebody typed in earlier steps travels on in the page, signed, so that several steps need neither a script nor a
cookie nor a row for those who go away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from enquiries.asking import fields as made
from enquiries.asking import library
from enquiries.intake import questions
from enquiries.models import Form, FormField, FormVariant, FormWords
from enquiries.origins import touches
from people.contact import consents
from people.identity import identities
from people.models import Language, Person, Purpose

STATE_SALT = "enquiries.asking.state"
STATE_GOOD_FOR_SECONDS = 90 * 86_400
FIRST = 1
MAILED = (Form.Kind.DOWNLOAD, Form.Kind.NEWSLETTER, Form.Kind.REMINDER)
# Hidden fields that go from step to step as they are.
CARRIED = ("page", "referrer", "programme", "campaign", "variant", *touches.CARRIED)


@dataclass(frozen=True)
class Asked:
    """What a form asks of somebody. ``known`` are the fields left out or filled in, because we know them."""

    form: Form
    language: str
    variant: str
    title: str
    intro: str
    button: str
    steps: tuple[tuple[FormField, ...], ...]
    purposes: tuple[str, ...]
    known: dict[str, Any] = field(default_factory=dict)
    person: Person | None = None

    @property
    def rows(self) -> list[FormField]:
        return [row for step in self.steps for row in step]

    @property
    def last_step(self) -> int:
        return max(len(self.steps), FIRST)


def words_of(form: Form, language: str) -> FormWords:
    """The words of a form in ``language``; in another of ours where nobody wrote them."""
    written = {words.language: words for words in form.words.all()}
    order = [language, *(code for code in Language.values if code != language)]
    return next((written[code] for code in order if code in written), FormWords(form=form, language=language))


def put_together(
    form: Form, *, language: str, person: Person | None = None, variant: str = "", is_signed_in: bool = True
) -> Asked:
    """The form as ``person`` (or a stranger) is asked it, in the words of ``variant``.

    Somebody we know is not asked what we know: contacts never, the rest not where the form asks little at a time or
    where they only came by a link. Values are put in for nobody who has not signed in.
    """
    other = _variant(form, variant)
    words, changed = words_of(form, language), (other.words.get(language) or {}) if other else {}
    left_out = set(other.left_out) if other else set()
    rows = [row for row in sorted(form.fields.all(), key=_order) if row.key not in left_out]
    rows = [row for row in rows if row.is_own or row.key in library.FIELDS]
    known = library.known_of(person, rows)
    shown = _still_to_ask(form, rows, known, person, is_signed_in=is_signed_in)
    numbers = sorted({row.step for row in shown})
    purposes = tuple(code for code in form.purposes if code in Purpose.values)
    return Asked(
        form=form,
        language=language,
        variant=other.letter if other else "",
        title=changed.get("title") or words.title or form.name,
        intro=changed.get("intro") or words.intro,
        button=changed.get("button") or words.button or _button(form),
        steps=tuple(tuple(row for row in shown if row.step == number) for number in numbers) or ((),),
        purposes=_purposes_of(form, purposes),
        known=known if is_signed_in else {},
        person=person,
    )


def bound(
    form: Form,
    data: MultiValueDict | None,
    files: MultiValueDict[str, UploadedFile] | None,
    *,
    language: str,
    at: datetime,
    person: Person | None = None,
    variant: str = "",
    step: int | None = None,
    is_signed_in: bool = True,
) -> "AskedForm":
    """The form of ``step``, filled with ``data``; without a step all of it, as it is sent. Blank without data."""
    asked = put_together(form, language=language, person=person, variant=variant, is_signed_in=is_signed_in)
    return AskedForm(asked, data, files, at=at, step=step)


class AskedForm(forms.Form):
    """The fields of one step, or of all steps where ``step`` is None. ``asked`` is what it was made of."""

    def __init__(
        self,
        asked: Asked,
        data: MultiValueDict | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        at: datetime,
        step: int | None = FIRST,
    ):
        self.asked = asked
        self.step = None if step is None else min(max(step, FIRST), asked.last_step)
        super().__init__(data, files, auto_id=f"f{asked.form.pk or 0}{asked.variant.lower()}_%s")
        for row in asked.rows if self.step is None else asked.steps[self.step - 1]:
            self.fields[row.key] = made.field_of(row, asked.form, language=asked.language, at=at)
            self._fill_in(row)
        self._need_one_contact()
        if self.is_last:
            for purpose in asked.purposes:
                self.fields[f"consent_{purpose}"] = forms.BooleanField(
                    label=consents.current_wording(purpose, asked.language).text,
                    required=asked.form.kind == Form.Kind.NEWSLETTER and purpose == Purpose.COMMERCIAL,
                    error_messages={"required": _("Without your yes we must not write to you.")},
                )

    @property
    def is_last(self) -> bool:
        return self.step is None or self.step == self.asked.last_step

    @property
    def number(self) -> int:
        return self.step or self.asked.last_step

    @cached_property
    def wordings(self) -> list[tuple[str, str]]:
        """The version of the words each consent was asked in, to be sent along with it."""
        codes = self.asked.purposes if self.is_last else ()
        return [(code, consents.current_wording(code, self.asked.language).version) for code in codes]

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        contacts = [key for key in library.CONTACTS if key in self.fields]
        for key in contacts:
            if cleaned.get(key):
                self._check_contact(key, cleaned[key])
        if contacts and not any(cleaned.get(key) or key in self.errors for key in contacts):
            why = _("Leave an e-mail address or a telephone number, so that we can answer you.")
            self.add_error(contacts[0], why)
        self._check_that_it_serves(cleaned.get("contact") or "")
        return cleaned

    def _check_that_it_serves(self, contact: str) -> None:
        """We call numbers and mail addresses: where only one of them serves, the other is none."""
        kind, email = self.asked.form.kind, questions.recognise(contact)[0]
        if not contact or "contact" in self.errors:
            return
        if kind == Form.Kind.CALL_ME and email and "phone" not in self.fields:
            self.add_error("contact", _("Leave a telephone number, so that we can call you."))
        if kind in MAILED and not email and "email" not in self.fields:
            self.add_error("contact", _("Leave an e-mail address, so that we can send it to you."))

    def said(self) -> dict[str, str]:
        """What was typed, as the words of the enquiry: one text for each field, dates as ISO writes them."""
        found = {key: _as_text(value) for key, value in self.cleaned_data.items()}
        if not found.get("name") and (found.get("given_name") or found.get("family_name")):
            found["name"] = f"{found.get('given_name', '')} {found.get('family_name', '')}".strip()
        return found

    def _need_one_contact(self) -> None:
        contacts = [key for key in library.CONTACTS if key in self.fields]
        if len(contacts) == 1:
            why = _("Leave an e-mail address or a telephone number, so that we can answer you.")
            self.fields[contacts[0]].required = True
            if contacts[0] == "contact":
                self.fields["contact"].error_messages["required"] = why

    def _check_contact(self, key: str, value: str) -> None:
        email, phone = questions.recognise(value) if key == "contact" else ("", "")
        try:
            if email or key == "email":
                identities.normalise_email(email or value)
            else:
                identities.normalise_phone(phone or value)
        except identities.BadIdentity as error:
            self.add_error(key, str(error))

    def _fill_in(self, row: FormField) -> None:
        if (value := self.asked.known.get(row.key)) not in (None, "", []):
            self.initial.setdefault(row.key, value)


def keep_state(said: Mapping[str, list[str]]) -> str:
    """What was typed so far, signed, to travel on in the page."""
    return signing.dumps(dict(said), salt=STATE_SALT, compress=True)


def read_state(text: str) -> dict[str, list[str]]:
    """What was typed in earlier steps; nothing if it was not we who signed it, or too long ago."""
    try:
        state = signing.loads(text, salt=STATE_SALT, max_age=STATE_GOOD_FOR_SECONDS)
    except (signing.BadSignature, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, (list, tuple)):
        return ",".join(str(one) for one in value)
    if isinstance(value, UploadedFile):
        return ""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return "" if value is None else str(value).strip()


def _order(row: FormField) -> tuple[int, int, int]:
    return (row.step, row.position, row.pk or 0)


def _variant(form: Form, letter: str) -> FormVariant | None:
    return next((one for one in form.variants.all() if one.letter == letter and one.is_live), None) if letter else None


def _still_to_ask(
    form: Form, rows: list[FormField], known: Mapping[str, Any], person: Person | None, *, is_signed_in: bool
) -> list[FormField]:
    if person is not None:
        leaves_out = set(known) if form.asks_at_once or not is_signed_in else set(library.CONTACTS) & set(known)
        if {"email", "phone", "contact"} & set(known):
            leaves_out |= {"contact"}
        rows = [row for row in rows if row.key not in leaves_out]
    if not form.asks_at_once:
        return rows
    shown, asked = [], 0
    for row in rows:
        is_due = row.is_required or row.key in library.CONTACTS
        if is_due or asked < form.asks_at_once:
            shown.append(row)
            asked += not is_due
    return shown


def _purposes_of(form: Form, purposes: tuple[str, ...]) -> tuple[str, ...]:
    if form.kind == Form.Kind.NEWSLETTER and Purpose.COMMERCIAL not in purposes:
        return (Purpose.COMMERCIAL, *purposes)
    return purposes


def _button(form: Form) -> str:
    return {
        Form.Kind.DOWNLOAD: _("Get the guide"),
        Form.Kind.CALL_ME: _("Call me back"),
        Form.Kind.NEWSLETTER: _("Subscribe"),
        Form.Kind.REMINDER: _("Remind me"),
    }.get(Form.Kind(form.kind), _("Send my question"))
