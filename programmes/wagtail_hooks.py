"""What programmes offers to the back office."""

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from programmes import personal_data, roles, shell
from programmes.catalogue_import import undoing, uploads
from programmes.editing import parity, schedule
from programmes.models import Field, ProgrammePage
from programmes.slots import newsletter
from programmes.told import corrections, versions
from programmes.views import told as told_views
from programmes.viewsets import CHOOSERS, DESK_URLS, ProgrammesGroup, exchange, quality


@hooks.register("register_role_permissions")
def role_permissions():
    return roles.PERMISSIONS


@hooks.register("register_topics")
def topics():
    """What commercial messages are about: the fields of study, and what happens at the school."""
    fields = {field.slug: field.name for field in Field.objects.order_by("pk")}
    return fields | {"news": _("News of the school"), "events": _("Events and open days"), "offers": _("Offers")}


@hooks.register("construct_mail_context")
def sign_mails(context, language):
    context["school"] = shell.school_of()


@hooks.register("construct_mail_offers")
def put_forward_below(message, offers):
    offer = newsletter.offer(message, at=message.claimed_at or timezone.now())
    if offer:
        offers.append(offer)


@hooks.register("after_message_sent")
def count_slot_as_seen(message, at):
    newsletter.note_sent(message, at=at)


hooks.register("register_personal_fields", lambda: personal_data.TABLES)
hooks.register("register_derived_models", lambda: undoing.DERIVED)
hooks.register("register_import_deletions", lambda: undoing.DELETIONS)
hooks.register("after_import_undone", undoing.after_undone)


@hooks.register("register_admin_viewset")
def viewsets():
    return [ProgrammesGroup(), *CHOOSERS]


@hooks.register("register_admin_urls")
def desk_urls():
    return DESK_URLS


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/programmes.css"))


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("programmes.review_benchmark", _("Review a comparison"), _("Comparison reviewed"))
    actions.register_action("programmes.send_correction", _("Send a correction"), _("Correction sent"))
    actions.register_action("programmes.set_correction_aside", _("Set a correction aside"), _("Correction set aside"))


@hooks.register("construct_main_menu")
def one_programme_entry(request, menu_items):
    """Who may see programmes only has one list, and needs no menu in the menu."""
    for place, item in enumerate(menu_items):
        shown = item.menu.menu_items_for_request(request) if item.name == "programmes" else []
        if len(shown) == 1:
            menu_items[place] = MenuItem(
                _("Programmes"), shown[0].url, name="programmes", icon_name=item.icon_name, order=item.order
            )


for report in (*quality.REPORTS, *exchange.REPORTS):
    hooks.register("register_reports_menu_item", lambda report=report: report)


@hooks.register("construct_reports_menu")
def reports_that_concern(request, menu_items):
    """The report on translations is for those who translate."""
    if not request.user.has_perm("wagtail_localize.submit_translation"):
        menu_items[:] = [item for item in menu_items if item.url != reverse("wagtail_localize:translations_report")]


@hooks.register("after_facts_changed")
def draft_corrections(changes, at):
    corrections.redraft({change.programme_id for change in changes}, at=at)


hooks.register("after_facts_told", corrections.look_again)


@hooks.register("after_publish_page")
def warn_of_told_words(request, page):
    if isinstance(page, ProgrammePage):
        told_views.warn_of_words(request, page)


@hooks.register("register_sweeper")
def sweep_facts(at):
    """Note what changed past the editor, and correct what was told in the same instant."""
    return {"facts_noted": versions.note_missed(at=at), "corrections_redrafted": corrections.redraft_missed(at=at)}


@hooks.register("register_log_actions")
def log_slots(actions):
    actions.register_action("programmes.stop_slot", _("Stop a slot"), _("Slot stopped"))
    actions.register_action("programmes.resume_slot", _("Show a slot again"), _("Slot shown again"))


@hooks.register("register_log_actions")
def log_testimonials(actions):
    actions.register_action("programmes.show_testimonial", _("Show a testimonial"), _("Testimonial shown"))
    actions.register_action("programmes.hide_testimonial", _("Hide a testimonial"), _("Testimonial taken off"))
    actions.register_action("programmes.withdraw_testimonial", _("Withdraw a permission"), _("Permission withdrawn"))


@hooks.register("register_log_actions")
def log_translations(actions):
    actions.register_action("programmes.find_translation_right", _("Find right"), _("Translation found right"))


@hooks.register("register_sweeper")
def note_words(*, at):
    return {"language_versions_noted": parity.note_missed(at=at)}


@hooks.register("before_edit_page")
def stay_on_the_website(request, page):
    """A page may be scheduled next; what readers see until then stays."""
    if request.method == "POST":
        schedule.keep_live(page)


@hooks.register("register_sweeper")
def publish_scheduled(*, at):
    return schedule.publish_due(at=at)


@hooks.register("register_sweeper")
def take_in_catalogues(at):
    return {"catalogues_taken_in": uploads.work_due(at=at)}


@hooks.register("register_api_router")
def api_router():
    from programmes.api import router  # noqa: PLC0415 -- the API is put together when it is first asked for

    return "/programmes", router
