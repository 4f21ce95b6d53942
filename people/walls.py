"""Walls: places built on a low floor and furnished from above with panels.

A panel is a Laces component with an ``order`` (lower is nearer to the top). Published walls, and what their hooks get:

- ``construct_product_sheet_panels(request, panels, sheet)``  the public product sheet
- ``construct_page_panels(request, panels, page, programme)``  the website's landing pages, articles and fields
- ``construct_person_panels(request, panels, person)``  the staff page of one person
- ``construct_case_panels(request, panels, case)``  one case at the desk
- ``construct_enquiry_panels(request, panels, enquiry)``  one enquiry in the back office
- ``construct_campus_panels(request, panels, person)``  the student's own page
- ``construct_my_day_panels(request, panels)``  the home of staff

A hook appends components to ``panels``, as Wagtail's ``construct_homepage_panels`` does.
"""

import structlog
from django.template.context_processors import csrf
from django.template.loader import get_template, render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from laces.components import Component
from wagtail import hooks

log = structlog.get_logger("matricula.walls")


class Panel(Component):
    """A piece of a wall. Subclasses set ``template_name`` and give ``get_context_data`` what it needs.

    ``region`` says on which side of a wall with columns it hangs: "main" or "aside". With ``permissions`` it is shown
    to those who have one of them; for anybody else it is not even made. One that ``comes_later`` has a ``heading``,
    reads nothing before it is rendered, and is fetched when the reader gets to it: a long wall opens at once.
    """

    order = 100
    region = "main"
    name = ""
    permissions: tuple[str, ...] = ()
    comes_later = False
    heading: str | Promise = ""

    def is_shown(self) -> bool:
        return True

    def render_html(self, parent_context=None) -> SafeString:
        """As Laces does, with the token that a form on a panel needs to be accepted."""
        context = self.get_context_data(parent_context) or {}
        request = parent_context.get("request") if parent_context else None
        token = csrf(request) if request is not None else {}
        return SafeString(get_template(self.template_name).render({**token, **context}))


def furnish(hook: str, request, **about) -> list[tuple[Panel, SafeString]]:
    """The panels that hang on the wall ``hook``, rendered, in order. One that fails becomes a notice and a log line.

    Of those that come later only the one the address names as ``panel`` is rendered, the others by their heading.
    """
    named = request.GET.get("panel", "")
    return [
        (panel, _placeholder(panel, request) if panel.comes_later and panel.name != named else _render(panel, request))
        for panel in _hung(hook, request, **about)
        if (panel.comes_later and panel.name != named) or panel.is_shown()
    ]


def fetch(hook: str, request, name: str, **about) -> SafeString | str:
    """The panel ``name`` of the wall ``hook`` alone; nothing where it is not shown."""
    found = [panel for panel in _hung(hook, request, **about) if panel.name == name and panel.is_shown()]
    return SafeString("").join(_render(panel, request) for panel in found)


def _hung(hook: str, request, **about) -> list[Panel]:
    """The panels on the wall that this reader may see, in order."""
    panels: list[Panel] = []
    for hang in hooks.get_hooks(hook):
        try:
            hang(request=request, panels=panels, **about)
        except Exception:
            log.exception("panel_hook_failed", wall=hook, hook=f"{hang.__module__}.{hang.__qualname__}")
            panels.append(BrokenPanel())
    return [panel for panel in sorted(panels, key=lambda panel: panel.order) if _is_for(request.user, panel)]


class BrokenPanel(Panel):
    """Stands where a panel could not be made."""

    order = 1000
    template_name = "people/broken_panel.html"


def _is_for(user, panel: Panel) -> bool:
    return not panel.permissions or any(user.has_perm(name) for name in panel.permissions)


def _placeholder(panel: Panel, request) -> SafeString:
    context = {"name": panel.name, "heading": panel.heading, "address": f"{request.path}?panel={panel.name}"}
    return render_to_string("people/later_panel.html", context, request=request)


def _render(panel: Panel, request) -> SafeString:
    try:
        return panel.render_html({"request": request})
    except Exception:  # whoever hangs a panel may be wrong; the page must still open
        log.exception("panel_failed", panel=type(panel).__name__)
        return render_to_string("people/broken_panel.html", request=request)
