"""What search engines read of a sheet: schema.org Course with its instances, and its questions as FAQPage."""

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from babel.numbers import get_currency_precision
from django.utils.safestring import SafeString, mark_safe

from people.own_data.links import absolute
from programmes import words
from programmes.models import Modality, ProgrammePage, SchoolSettings

if TYPE_CHECKING:
    from programmes.sheets import Offer

COURSE_MODES: dict[str, str] = {
    Modality.ON_SITE: "Onsite",
    Modality.ONLINE: "Online",
    Modality.BLENDED: "Blended",
    Modality.DISTANCE: "Online",
}


def of_sheet(page: ProgrammePage, offers: "list[Offer]", *, school: SchoolSettings, url: str) -> SafeString:
    """The JSON-LD of a sheet, safe to stand inside a script element."""
    graph = [_course(page, offers, school=school, url=url)]
    if page.questions:
        graph.append(_questions(page, url))
    document = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    # "</script>" in a title must not end the element; these escapes mean the same to a reader of JSON.
    for sign, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        document = document.replace(sign, escape)
    return mark_safe(document)  # noqa: S308 -- escaped above


def _course(page: ProgrammePage, offers: "list[Offer]", *, school: SchoolSettings, url: str) -> dict[str, Any]:
    programme = page.programme
    course = {
        "@type": "Course",
        "@id": f"{url}#course",
        "url": url,
        "name": page.title,
        "description": page.promise or words.plain(page.description)[:500] or page.title,
        "inLanguage": programme.languages() or [page.locale.language_code],
        "courseCode": programme.code,
        "educationalLevel": programme.level_text or programme.get_level_display(),
        "provider": {"@type": "Organization", "name": _provider(page, school), "url": absolute("/")},
        "hasCourseInstance": [_instance(page, offer) for offer in offers],
        "offers": [_offer(offer, url) for offer in offers if offer.intake.price_minor is not None],
    }
    if not programme.collection.is_own:
        course["provider"].pop("url")
    if programme.credits:
        course["numberOfCredits"] = float(programme.credits)
    return {name: value for name, value in course.items() if value}


def _provider(page: ProgrammePage, school: SchoolSettings) -> str:
    collection = page.programme.collection
    return school.name if collection.is_own else collection.name


def _instance(page: ProgrammePage, offer: "Offer") -> dict[str, Any]:
    intake, programme = offer.intake, page.programme
    instance = {
        "@type": "CourseInstance",
        "courseMode": COURSE_MODES.get(intake.modality or programme.modality),
        "startDate": intake.starts_on.isoformat() if intake.starts_on else None,
        "endDate": intake.ends_on.isoformat() if intake.ends_on else None,
        "location": intake.campus or None,
        "inLanguage": programme.languages() or None,
    }
    if programme.length_weeks:
        instance["courseWorkload"] = f"P{programme.length_weeks}W"
    return {name: value for name, value in instance.items() if value}


def _offer(offer: "Offer", url: str) -> dict[str, Any]:
    intake = offer.intake
    amount = Decimal(intake.price_minor or 0).scaleb(-get_currency_precision(intake.currency))
    return {
        "@type": "Offer",
        "url": url,
        "price": str(amount),
        "priceCurrency": intake.currency,
        "category": "Paid" if amount else "Free",
        "availability": "https://schema.org/SoldOut" if offer.is_full else "https://schema.org/InStock",
    }


def _questions(page: ProgrammePage, url: str) -> dict[str, Any]:
    return {
        "@type": "FAQPage",
        "@id": f"{url}#questions",
        "mainEntity": [
            {
                "@type": "Question",
                "name": block.value["question"],
                "acceptedAnswer": {"@type": "Answer", "text": words.plain(block.value["answer"].source)},
            }
            for block in page.questions
        ],
    }
