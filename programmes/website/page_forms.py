"""Forms that floors above offer to the editors of pages, by the hook ``register_page_forms``.

The hook gives ``PageForms``: what can be chosen, and what shows the one that was chosen. A page keeps the code alone,
so that this floor needs to know nothing of forms. A form that was put away leaves nothing behind on the page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from django.utils.safestring import SafeString
from laces.components import Component
from wagtail import hooks

log = structlog.get_logger("matricula.page_forms")


@dataclass(frozen=True)
class PageForms:
    """``choices`` are codes with names; ``show`` gives the component for a code, or None where there is none."""

    choices: Callable[[], list[tuple[str, str]]]
    show: Callable[[str, Any, object], Component | None]


def choices() -> list[tuple[str, str]]:
    """Every form an editor can put on a page."""
    return [choice for offered in _offered() for choice in offered.choices()]


def blank_or_choices() -> list[tuple[str, str]]:
    """The same with an empty choice, for pages that may have none."""
    return [("", "—"), *choices()]


def render(code: str, request: Any, page: object) -> SafeString | str:
    """The form ``code`` on ``page``; nothing where it is gone, or cannot be shown, which is logged."""
    for offered in _offered() if code else ():
        try:
            component = offered.show(code, request, page)
            if component is not None:
                return component.render_html({"request": request})
        except Exception:  # a form may be wrong; the page must still open
            log.exception("page_form_failed", form=code)
    return ""


def _offered() -> list[PageForms]:
    return [register() for register in hooks.get_hooks("register_page_forms")]
