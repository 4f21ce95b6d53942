"""What keeps a form from working, in words for whoever makes it."""

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _

from enquiries.asking import library
from enquiries.models import Form, FormField, FormVariant
from people.models import Language

Kind = Form.Kind


def faults(
    form: Form, fields: Iterable[FormField], variants: Iterable[FormVariant], languages: Iterable[str]
) -> list[str]:
    """Everything that must be put right before the form can be used; nothing if it can.

    ``languages`` are those in which somebody wrote its words.
    """
    rows, others = list(fields), list(variants)
    found = [*_of_fields(form, rows), *_of_kind(form, rows), *_of_variants(rows, others)]
    missing = [code for code in Language.values if code not in set(languages)]
    if missing:
        names = ", ".join(str(Language(code).label) for code in missing)
        found.append(_("Write its title in: %(languages)s.") % {"languages": names})
    return found


def _of_fields(form: Form, rows: list[FormField]) -> list[str]:
    found = []
    if not {row.key for row in rows if not row.is_own} & set(library.CONTACTS):
        found.append(_("Ask for one way to reach people: “E-mail or telephone”, “E-mail address” or “Telephone”."))
    for key, number in Counter(row.key for row in rows).items():
        if number > 1:
            found.append(_("“%(field)s” is asked twice.") % {"field": key})
    for row in rows:
        found += _of_field(form, row)
    last = max((row.step for row in rows), default=1)
    for row in rows:
        if library.kind_of(row) == FormField.Kind.FILE and row.step != last:
            what = {"field": library.label_of(row, "en")}
            found.append(_("“%(field)s”: files can be asked for in the last step only.") % what)
    return found


def _of_field(form: Form, row: FormField) -> list[str]:
    what = {"field": library.label_of(row, "en")}
    if row.is_own:
        if row.key in library.FIELDS or library.is_reserved(row.key):
            return [_("“%(field)s”: a field of ours has this name already. Choose another.") % what]
        if not all((row.label_ca, row.label_es, row.label_en)):
            return [_("“%(field)s”: write the question in the three languages.") % what]
        if library.kind_of(row) in (FormField.Kind.CHOICE, FormField.Kind.CHOICES) and not row.choices:
            return [_("“%(field)s”: say what can be chosen.") % what]
        return []
    known = library.FIELDS.get(row.key)
    if known is None:
        return [_("“%(field)s” is no field of ours.") % {"field": row.key}]
    if known.only_for and form.kind not in known.only_for:
        return [_("“%(field)s” does not belong to a form of this kind.") % what]
    if row.key == "intake" and form.programme_id is None:
        return [_("“%(field)s”: choose the programme whose starts are offered.") % what]
    return []


def _of_kind(form: Form, rows: list[FormField]) -> list[str]:
    keys = {row.key for row in rows}
    found = []
    if form.kind == Kind.DOWNLOAD and form.document_id is None:
        found.append(_("Choose the guide that people get."))
    if form.kind == Kind.CALL_ME and not keys & {"phone", "contact"}:
        found.append(_("Ask for a telephone number: we cannot call without one."))
    if form.kind in (Kind.NEWSLETTER, Kind.DOWNLOAD, Kind.REMINDER) and not keys & {"email", "contact"}:
        found.append(_("Ask for an e-mail address: there is something to send."))
    if form.kind == Kind.NEWSLETTER and "email" not in keys:
        found.append(_("Ask for “E-mail address”: letters go nowhere else."))
    return found


def _of_variants(rows: list[FormField], variants: list[FormVariant]) -> list[str]:
    found = []
    required = {row.key: library.label_of(row, "en") for row in rows if row.is_required}
    contacts = {row.key for row in rows} & set(library.CONTACTS)
    for variant in variants:
        who = {"letter": variant.letter}
        for key in variant.left_out:
            if key in required:
                what = who | {"field": required[key]}
                found.append(_("Variant %(letter)s leaves out “%(field)s”, which must be filled in.") % what)
        if contacts and contacts <= set(variant.left_out):
            found.append(_("Variant %(letter)s asks for no way to reach people.") % who)
        if not (variant.letter.isalpha() and variant.letter.isupper() and variant.letter != "A"):
            found.append(_("Call variants B, C, D …: A is the form as it stands."))
        if not variant.words and not variant.left_out:
            found.append(_("Variant %(letter)s is no different from the form.") % who)
    shares = sum(variant.share for variant in variants if variant.is_live)
    if shares > 100 or (shares == 100 and variants):
        found.append(_("The shares of the variants leave nobody for the form as it stands: together below 100 %."))
    for letter, number in Counter(variant.letter for variant in variants).items():
        if number > 1:
            found.append(_("There are two variants %(letter)s.") % {"letter": letter})
    return found
