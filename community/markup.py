"""What members write, as safe HTML: a small part of Markdown, without images, headings or HTML of their own."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {"p", "br", "strong", "em", "s", "ul", "ol", "li", "blockquote", "code", "pre", "a", "hr"}
DEEPEST = 12  # nested lists and quotes beyond this are no conversation

_reader = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": DEEPEST})
_reader.enable("strikethrough").disable(["image", "heading", "lheading", "html_block", "html_inline", "reference"])


def render(text: str) -> SafeString:
    """``text`` as HTML. Links are marked as not ours (nofollow, ugc) and lead only to the web or a mail address.

    The reader already writes no raw HTML; what it wrote is cleaned again, so that a fault in one is held by the other.
    """
    html = nh3.clean(
        _reader.render(text),
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}, "*": set()},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener noreferrer",
    )
    return mark_safe(html)  # noqa: S308 -- cleaned above
