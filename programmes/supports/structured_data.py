"""What search engines read of a sheet: schema.org Course with its instances, and its questions as FAQPage."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from babel.numbers import get_currency_precision
from django.utils.safestring import SafeString

from people.own_data.links import absolute
from programmes import words
from programmes.models import Modality, ProgrammePage, SchoolSettings
from programmes.website import structured

if TYPE_CHECKING:
    from programmes.supports.sheets import Offer

COURSE_MODES: dict[str, str] = {
    Modality.ON_SITE: "Onsite",
    Modality.ONLINE: "Online",
    Modality.BLENDED: "Blended",
    Modality.DISTANCE: "Online",
}


def of_sheet(
    page: ProgrammePage,
    offers: "list[Offer]",
    *,
    school: SchoolSettings,
    url: str,
    image: str = "",
    breadcrumb: Sequence[dict[str, str]] = (),
) -> SafeString:
    """The JSON-LD of a sheet, safe to stand inside a script element."""
    graph = [_course(page, offers, school=school, url=url, image=image)]
    if page.questions:
        graph.append(_questions(page, url))
    if breadcrumb:
        graph.append(structured.breadcrumb(list(breadcrumb), url=url))
    if page.programme.collection.is_own:
        graph.append(structured.school(school))
    return structured.script(*graph)


def _course(
    page: ProgrammePage, offers: "list[Offer]", *, school: SchoolSettings, url: str, image: str
) -> dict[str, Any]:
    programme = page.programme
    provider = {"@type": "Organization", "name": _provider(page, school)}
    if programme.collection.is_own:
        provider = {"@type": "EducationalOrganization", "@id": absolute("/#school"), "name": school.name}
    course = {
        "@type": "Course",
        "@id": f"{url}#course",
        "url": url,
        "name": page.title,
        "description": page.promise or words.plain(page.description)[:500] or page.title,
        "image": image,
        "inLanguage": programme.languages() or [page.locale.language_code],
        "courseCode": programme.code,
        "educationalLevel": programme.level_text or programme.get_level_display(),
        "coursePrerequisites": words.plain(page.requirements)[:500],
        "teaches": words.plain(page.outcome)[:500],
        "educationalCredentialAwarded": words.plain(page.accreditation)[:300],
        "syllabusSections": [_unit(unit.value) for unit in page.syllabus],
        "provider": provider,
        "hasCourseInstance": [_instance(page, offer) for offer in offers],
        "offers": [_offer(offer, url) for offer in offers if offer.amount_minor is not None],
    }
    if programme.credits:
        course["numberOfCredits"] = float(programme.credits)
    if programme.total_hours:
        course["timeRequired"] = f"PT{programme.total_hours}H"
    return {name: value for name, value in course.items() if value}


def _unit(unit: Any) -> dict[str, Any]:
    said = {"@type": "Syllabus", "name": unit["title"], "description": unit["text"]}
    return {name: value for name, value in said.items() if value}


def _provider(page: ProgrammePage, school: SchoolSettings) -> str:
    collection = page.programme.collection
    return school.name if collection.is_own else collection.name


def _instance(page: ProgrammePage, offer: "Offer") -> dict[str, Any]:
    intake, programme = offer.intake, page.programme
    instance: dict[str, Any] = {
        "@type": "CourseInstance",
        "courseMode": COURSE_MODES.get(intake.modality or programme.modality),
        "startDate": intake.starts_on.isoformat() if intake.starts_on else None,
        "endDate": intake.ends_on.isoformat() if intake.ends_on else None,
        "location": intake.campus or None,
        "inLanguage": programme.languages() or None,
    }
    if programme.length_weeks:
        schedule = {"@type": "Schedule", "repeatFrequency": "Weekly", "repeatCount": programme.length_weeks}
        if intake.starts_on:
            schedule["startDate"] = intake.starts_on.isoformat()
        if intake.ends_on:
            schedule["endDate"] = intake.ends_on.isoformat()
        instance["courseSchedule"] = schedule
    if programme.weekly_hours or programme.total_hours:
        hours = programme.total_hours or (programme.weekly_hours or 0) * (programme.length_weeks or 0)
        instance["courseWorkload"] = f"PT{hours or programme.weekly_hours}H"
    return {name: value for name, value in instance.items() if value}


def _offer(offer: "Offer", url: str) -> dict[str, Any]:
    """What one pays today, and until when; the rest of the price list follows when its day comes."""
    intake = offer.intake
    amount = Decimal(offer.amount_minor or 0).scaleb(-get_currency_precision(intake.currency))
    until = next((tier.last_on for tier in offer.tiers if tier.is_today), None) or intake.apply_by
    said = {
        "@type": "Offer",
        "url": url,
        "price": str(amount),
        "priceCurrency": intake.currency,
        "category": "Paid" if amount else "Free",
        "availability": "https://schema.org/SoldOut" if offer.is_full else "https://schema.org/InStock",
        "priceValidUntil": until.isoformat() if until else "",
    }
    return {name: value for name, value in said.items() if value}


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
