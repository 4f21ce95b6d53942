"""What search engines read of the pages around the catalogue: schema.org as JSON-LD."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from people.own_data.links import absolute
from programmes.models import ArticlePage, SchoolSettings, Teacher


def script(*things: dict[str, Any]) -> SafeString:
    """The JSON-LD of ``things``, safe to stand inside a script element; what is empty is left out."""
    graph = [{name: value for name, value in thing.items() if value} for thing in things]
    document = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    # "</script>" in a title must not end the element; these escapes mean the same to a reader of JSON.
    for sign, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        document = document.replace(sign, escape)
    return mark_safe(document)  # noqa: S308 -- escaped above


def school(settings_of_school: SchoolSettings) -> dict[str, Any]:
    one = settings_of_school
    return {
        "@type": "EducationalOrganization",
        "@id": absolute("/#school"),
        "name": one.name,
        "url": absolute("/"),
        "description": one.tagline,
        "email": one.email,
        "telephone": one.phone,
        "address": one.address.replace("\n", ", "),
    }


def website(settings_of_school: SchoolSettings, *, search_url: str, language: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "WebSite",
        "name": settings_of_school.name,
        "url": absolute(f"/{language}/"),
        "inLanguage": [code for code, _label in settings.LANGUAGES],
    }
    if search_url:
        found["potentialAction"] = {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{absolute(search_url)}?q={{words}}"},
            "query-input": "required name=words",
        }
    return found


def breadcrumb(items: list[dict[str, str]], *, url: str) -> dict[str, Any]:
    """``items`` as a page shows them; the last one is the page itself, at ``url``."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": place,
                "name": item["title"],
                "item": absolute(item["url"]) if item["url"] else url,
            }
            for place, item in enumerate(items, start=1)
        ],
    }


def article(page: ArticlePage, *, url: str, image: str, author_url: str, of_school: SchoolSettings) -> dict[str, Any]:
    publisher = {"@type": "EducationalOrganization", "@id": absolute("/#school"), "name": of_school.name}
    author: dict[str, Any] = publisher
    if page.author:
        author = {"@type": "Person", "name": page.author.name, "url": author_url or None}
        author = {name: value for name, value in author.items() if value}
    changed_at = page.last_published_at
    return {
        "@type": "NewsArticle" if page.kind == ArticlePage.Kind.NEWS else "Article",
        "@id": f"{url}#article",
        "headline": page.title,
        "description": page.search_description or page.intro,
        "url": url,
        "mainEntityOfPage": url,
        "inLanguage": page.locale.language_code,
        "datePublished": page.dated_on.isoformat(),
        "dateModified": changed_at.isoformat() if changed_at else None,
        "image": image,
        "author": author,
        "publisher": publisher,
        "about": [{"@type": "Thing", "name": topic.name} for topic in page.topics.all()],
    }


def person(teacher: Teacher, *, url: str, image: str, of_school: SchoolSettings) -> dict[str, Any]:
    return {
        "@type": "Person",
        "@id": f"{url}#person",
        "name": teacher.name,
        "jobTitle": teacher.role,
        "description": teacher.about[:500],
        "url": url,
        "image": image,
        "worksFor": {"@type": "EducationalOrganization", "@id": absolute("/#school"), "name": of_school.name},
    }
