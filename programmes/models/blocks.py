"""Blocks of which editors build the free parts of pages."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from programmes.website import page_forms

PLAIN = ["bold", "italic", "link", "ol", "ul"]


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question"))
    answer = blocks.RichTextBlock(label=_("Answer"), features=PLAIN)

    class Meta:
        icon = "help"
        label = _("Question")


class UnitBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Unit"))
    text = blocks.TextBlock(label=_("What it covers"), required=False)

    class Meta:
        icon = "list-ol"
        label = _("Unit")


class QuoteBlock(blocks.StructBlock):
    words = blocks.TextBlock(label=_("Words"))
    who = blocks.CharBlock(label=_("Who says it"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "programmes/blocks/quote.html"


class PictureBlock(blocks.StructBlock):
    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "programmes/blocks/picture.html"


class ButtonBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("What the button says"), max_length=60)
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    address = blocks.CharBlock(label=_("Address"), required=False, max_length=300)

    class Meta:
        icon = "link"
        label = _("Button")
        template = "programmes/blocks/button.html"


class FormBlock(blocks.StructBlock):
    """A form that a floor above makes; this one only knows what it is called."""

    form = blocks.ChoiceBlock(label=_("Form"), choices=page_forms.choices, search_index=False)

    class Meta:
        icon = "form"
        label = _("Form")
        template = "programmes/blocks/form.html"

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context=parent_context)
        request, page = context.get("request"), context.get("page")
        return context | {"shown": page_forms.render(value.get("form") or "", request, page) if request else ""}


def story_blocks() -> list[tuple[str, blocks.Block]]:
    """What a free text is made of."""
    return [
        ("heading", blocks.CharBlock(label=_("Heading"), icon="title", template="programmes/blocks/heading.html")),
        (
            "text",
            blocks.RichTextBlock(label=_("Text"), features=[*PLAIN, "h3"], template="programmes/blocks/text.html"),
        ),
        ("picture", PictureBlock()),
        ("quote", QuoteBlock()),
        ("question", QuestionBlock(template="programmes/blocks/question.html")),
        ("button", ButtonBlock()),
        ("form", FormBlock()),
    ]
