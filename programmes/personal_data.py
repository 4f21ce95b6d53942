"""What the catalogue holds about people: those who teach, as the sheets show them."""

from django.utils.translation import gettext_lazy as _

from people.privacy.personal_data import CONTRACT, DELETE, Table

PAGE = (
    "id path depth numchild translation_key locale latest_revision live has_unpublished_changes first_published_at "
    "last_published_at live_revision go_live_at expire_at expired locked locked_at title draft_title slug content_type "
    "url_path latest_revision_created_at alias_of show_in_menus seo_title search_description page_ptr "
)
PAGE_LINKS = "owner locked_by"

TABLES = [
    Table(
        model="programmes.Teacher",
        section=_("What our website says about you"),
        of=["login__person"],
        why=CONTRACT,
        erasure=DELETE,
        personal={
            "name": _("Name"),
            "role_ca": _("Role in Catalan"),
            "role_es": _("Role in Spanish"),
            "role_en": _("Role in English"),
        },
        links="login",
        nameless="id",
    ),
    Table(model="programmes.Field", nameless="id name_ca name_es name_en slug"),
    Table(model="programmes.Collection", nameless="id slug name source is_own"),
    Table(
        model="programmes.Programme",
        nameless="id uuid code title collection external_id field level level_text modality taught_in credits "
        "length_weeks length_text weekly_hours is_open updated_at",
    ),
    Table(
        model="programmes.Intake",
        nameless="id programme code external_id starts_on start_text ends_on apply_by seats campus timetable modality "
        "currency price_minor price_text is_open",
    ),
    Table(
        model="programmes.SchoolSettings",
        nameless="id site name tagline_ca tagline_es tagline_en accent accent_dark radius_px email phone address "
        "tax_number",
    ),
    Table(model="programmes.HomePage", links=PAGE_LINKS, nameless=PAGE + "promise intro"),
    Table(model="programmes.CataloguePage", links=PAGE_LINKS, nameless=PAGE + "intro"),
    Table(
        model="programmes.ProgrammePage",
        links=PAGE_LINKS,
        nameless=PAGE
        + "programme promise problem outcome proof description requirements syllabus questions source_url teachers",
    ),
    Table(model="programmes.SheetWords", nameless="page words"),
    Table(model="programmes.TextPage", links=PAGE_LINKS, nameless=PAGE + "body is_legal"),
]
