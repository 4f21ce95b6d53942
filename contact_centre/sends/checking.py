"""The check list before a send is approved: whom it reaches and whom not, which texts lack what, what else is sent."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contact_centre.models import Send
from contact_centre.segments import rules
from contact_centre.sends import lists
from contact_centre.wording import choosing, rendering
from people.contact import policy
from people.models import Language, Person, Purpose

SAMPLE = 200  # people whose letters are filled to look for gaps
CLASHES_SHOWN = 5
NEARBY = timedelta(days=1)


@dataclass(frozen=True)
class Finding:
    """Something to know before saying yes; ``bars`` means that one cannot."""

    text: str
    bars: bool = False


@dataclass(frozen=True)
class Text:
    """What readers of one language get of one variant; ``lacks`` counts the letters of the sample with a gap."""

    variant: str
    language: str
    readers: int
    written_in: str
    lacks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """The list as it would be written now."""

    total: int
    wrong_phase: int
    reasons: Mapping[str, int]
    texts: Sequence[Text]
    clashes: Sequence[tuple[Send, int]]
    findings: Sequence[Finding]
    sample: int

    @property
    def reached(self) -> int:
        """Who may get it now or within hours."""
        return sum(self.reasons.get(reason, 0) for reason in ("", *lists.WAITS))

    @property
    def ready(self) -> bool:
        return not any(one.bars for one in self.findings)


def check(send: Send, *, at: datetime) -> Check:
    """Look at ``send`` as it stands. Queries: some for each language and variant, not for each person."""
    findings: list[Finding] = []
    if send.segment is None:
        return Check(0, 0, {}, (), (), [Finding(_("Choose the people it goes to."), bars=True)], 0)
    try:
        everybody = lists.everybody(send, at=at)
        total = everybody.count()
    except rules.BadRules:
        findings.append(Finding(_("The rules of the segment cannot be read any more: mend the segment."), bars=True))
        return Check(0, 0, {}, (), (), findings, 0)
    inside = lists.in_phase(everybody, send, at=at)
    reasons = policy.tally(inside, [lists.asked(send)], at=at)[lists.asked(send)]
    wrong = total - sum(reasons.values())
    texts, sample = _texts(send, inside, findings, at=at)
    clashes = _clashes(send, inside, at=at)
    found = Check(total, wrong, reasons, texts, clashes, findings, sample)
    _look(send, found, findings, at=at)
    return found


def _look(send: Send, found: Check, findings: list[Finding], *, at: datetime) -> None:
    if not found.total:
        findings.append(Finding(_("Nobody is in the segment."), bars=True))
    elif not found.reached:
        findings.append(Finding(_("Nobody of the segment may be contacted in this way."), bars=True))
    if send.purpose == Purpose.COMMERCIAL and not send.topic:
        findings.append(Finding(_("Without a topic it leaves only for those who agreed to news and offers.")))
    if send.due_at and send.due_at < at:
        findings.append(Finding(_("The chosen hour is past: it leaves as soon as it is approved.")))
    wordings = [one for one in send.variants.all() if one.template_code]
    if len(wordings) > 1 and not send.planned_sample:
        findings.append(Finding(_("No sample is planned: the variants are compared, and no winner is declared.")))
    if send.rest_to_winner and not (send.planned_sample and len(wordings) > 1):
        text = _("To give the rest the better variant, write two variants and plan a sample.")
        findings.append(Finding(text, bars=True))
    if send.planned_sample and len(wordings) > 1:
        shares = sum(one.share for one in send.variants.all())
        smallest = min(one.share for one in wordings)
        if found.reached * smallest < send.planned_sample * shares:
            text = _("There are too few people for the planned sample of %(count)d for each variant.")
            findings.append(Finding(text % {"count": send.planned_sample}))
    findings += [
        Finding(
            ngettext(
                "«%(send)s» goes to %(count)d of the same people at about the same time.",
                "«%(send)s» goes to %(count)d of the same people at about the same time.",
                count,
            )
            % {"send": other.name, "count": count}
        )
        for other, count in found.clashes
    ]


def _texts(send: Send, inside, findings: list[Finding], *, at: datetime) -> tuple[list[Text], int]:
    variants = [one for one in send.variants.order_by("position", "pk") if one.template_code]
    if not variants:
        findings.append(Finding(_("Choose what is written."), bars=True))
        return [], 0
    readers = dict(inside.order_by().values_list("language").annotate(n=Count("pk")))
    chosen = choosing.by_codes({one.template_code for one in variants}, channel=send.channel)
    people = list(Person.objects.filter(pk__in=inside.order_by("pk").values("pk")[:SAMPLE]))
    texts: list[Text] = []
    for variant in variants:
        for language, count in sorted(readers.items()):
            template = chosen.get(variant.template_code, {}).get(language[:2])
            lacks: Counter[str] = Counter()
            if template is not None:
                sample = [person for person in people if person.language == language]
                letters = rendering.render_many(template, sample, at=at, programme=send.programme)
                for letter in letters.values():
                    lacks.update(letter.missing)
            texts.append(Text(variant.name, language, count, template.language if template else "", dict(lacks)))
        if not chosen.get(variant.template_code):
            text = _("«%(variant)s» has no approved text for this channel.") % {"variant": variant.name}
            findings.append(Finding(text, bars=True))
        elif chosen[variant.template_code][next(iter(chosen[variant.template_code]))].purpose != send.purpose:
            text = _("The text of «%(variant)s» is written for another purpose.") % {"variant": variant.name}
            findings.append(Finding(text))
    for read in texts:
        findings += _read_in_another_language(read)
    findings += _gaps(texts, len(people))
    return texts, len(people)


def _gaps(texts: Sequence[Text], sample: int) -> list[Finding]:
    """Each word that would be missing, once for each variant, whatever the language."""
    lacks: Counter[tuple[str, str]] = Counter()
    for text in texts:
        lacks.update({(text.variant, word): count for word, count in text.lacks.items()})
    words = _("«%(variant)s»: {%(word)s} is missing for %(count)d of %(sample)d people looked at; they are left out.")
    return [
        Finding(words % {"variant": variant, "word": word, "count": count, "sample": sample})
        for (variant, word), count in lacks.items()
    ]


def _read_in_another_language(text: Text) -> list[Finding]:
    labels = dict(Language.choices)
    found = []
    if text.written_in and text.written_in != text.language[:2]:
        words = _("«%(variant)s» is not written in %(language)s: %(count)d people get it in %(other)s.")
        facts = {"variant": text.variant, "count": text.readers, "language": labels.get(text.language, text.language)}
        found.append(Finding(words % {**facts, "other": labels.get(text.written_in, text.written_in)}))
    return found


def _clashes(send: Send, inside, *, at: datetime) -> list[tuple[Send, int]]:
    """Other sends around the same hour, with how many people they share."""
    when = max(send.due_at or at, at)
    near = Q(due_at__gte=when - NEARBY, due_at__lte=when + NEARBY, purpose=send.purpose)
    active = [Send.State.APPROVED, Send.State.SENDING]
    others = Send.objects.filter(near, state__in=active).exclude(pk=send.pk).select_related("segment")
    found = []
    for other in others.order_by("due_at", "pk")[:CLASHES_SHOWN]:
        try:
            count = inside.filter(pk__in=lists.everybody(other, at=at).order_by().values("pk")).count()
        except rules.BadRules:
            continue
        if count:
            found.append((other, count))
    return found
