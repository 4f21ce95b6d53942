"""What the catalogue holds about people: who teaches, what somebody was told, what they let the school show."""

from django.utils.translation import gettext_lazy as _

from people.privacy.personal_data import ASKED, CONSENT, CONTRACT, DELETE, Field, Table

PAGE = (
    "id path depth numchild translation_key locale latest_revision live has_unpublished_changes first_published_at "
    "last_published_at live_revision go_live_at expire_at expired locked locked_at title draft_title slug content_type "
    "url_path latest_revision_created_at alias_of show_in_menus seo_title search_description page_ptr "
)
PAGE_LINKS = "owner locked_by"

TOLD = _("What we told you about programmes")

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
            "slug": _("Address of your page"),
            "about_ca": _("About you, in Catalan"),
            "about_es": _("About you, in Spanish"),
            "about_en": _("About you, in English"),
        },
        links="login",
        nameless="id portrait",
    ),
    Table(model="programmes.Campus", nameless="id name address access_ca access_es access_en is_step_free"),
    Table(model="programmes.Field", nameless="id name_ca name_es name_en slug"),
    Table(model="programmes.Collection", nameless="id slug name source is_own"),
    Table(
        model="programmes.Programme",
        nameless="id uuid code title collection external_id field level level_text modality taught_in credits "
        "length_weeks length_text weekly_hours total_hours eqf_level accredited_by is_open updated_at",
    ),
    Table(
        model="programmes.Intake",
        nameless="id programme code external_id starts_on start_text ends_on apply_by seats venue campus timetable "
        "modality currency price_minor early_price_minor early_until late_price_minor late_from price_text is_open",
    ),
    Table(
        model="programmes.SchoolSettings",
        nameless="id site name tagline_ca tagline_es tagline_en accent accent_dark radius_px email phone address "
        "tax_number",
    ),
    Table(model="programmes.HomePage", links=PAGE_LINKS, nameless=PAGE + "promise intro body"),
    Table(model="programmes.CataloguePage", links=PAGE_LINKS, nameless=PAGE + "intro"),
    Table(
        model="programmes.ProgrammePage",
        links=PAGE_LINKS,
        nameless=PAGE
        + "programme promise problem symptoms outcome proof description requirements accreditation careers image body "
        "syllabus questions source_url teachers",
    ),
    Table(model="programmes.SheetWords", nameless="page words spelt"),
    Table(model="programmes.PageWords", nameless="page text words spelt written_at"),
    Table(model="programmes.TextPage", links=PAGE_LINKS, nameless=PAGE + "body is_legal"),
    Table(model="programmes.Topic", nameless="id name_ca name_es name_en slug"),
    Table(model="programmes.ArticleIndexPage", links=PAGE_LINKS, nameless=PAGE + "intro"),
    Table(
        model="programmes.ArticlePage",
        links=PAGE_LINKS,
        nameless=PAGE + "kind dated_on intro author image body topics programmes",
    ),
    Table(
        model="programmes.LandingPage",
        links=PAGE_LINKS,
        nameless=PAGE + "programme goal campaign form promise button body",
    ),
    Table(model="programmes.FieldPage", links=PAGE_LINKS, nameless=PAGE + "field intro body"),
    Table(model="programmes.TeachersPage", links=PAGE_LINKS, nameless=PAGE + "intro"),
    Table(model="programmes.Menu", nameless="id place language"),
    Table(
        model="programmes.LanguageVersion",
        links="checked_by",
        nameless="page fingerprint changed_at noted_at empty checked_at",
    ),
    Table(model="programmes.MenuEntry", nameless="id sort_order menu label page address"),
    Table(
        model="programmes.Slot",
        links="by",
        nameless="id uuid name place programme audience language headline_ca headline_es headline_en text_ca text_es "
        "text_en starts_at ends_at weight is_stopped",
    ),
    Table(model="programmes.SlotCount", nameless="id slot on impressions clicks enquiries"),
    Table(
        model="programmes.PrintBatch",
        links="by",
        nameless="id code name kind programme page language campaign copies cost_minor currency printed_on place "
        "made_at",
    ),
    Table(model="programmes.PrintBatchCount", nameless="id batch on visits enquiries"),
    Table(model="programmes.Competitor", nameless="id name website notes"),
    Table(
        model="programmes.Rival",
        links="reviewed_by",
        nameless="id programme competitor kind name price_minor currency price_text modality hours credits length_text "
        "channels strengths weaknesses source seen_on reviewed_on is_gone",
    ),
    Table(model="programmes.BenchmarkReview", links="by", nameless="id programme reviewed_on note"),
    Table(
        model="programmes.Argument",
        nameless="id programme kind text_ca text_es text_en answer_ca answer_es answer_en place is_retired changed_at",
    ),
    Table(model="programmes.SheetLookup", links="by", nameless="id programme looked_at took_ms about_kind about_id"),
    Table(
        model="programmes.FactVersion",
        links="by",
        nameless="id programme intake fact language value valid_from valid_until",
    ),
    Table(
        model="programmes.Telling",
        section=TOLD,
        of=["person"],
        why=ASKED,
        erasure=DELETE,
        personal={
            "support": Field(_("How we told you")),
            "programme": Field(_("Programme"), shown_as="programme__title"),
            "language": Field(_("Language")),
            "told_at": Field(_("When")),
        },
        links="person by",
        nameless="id uuid key message about_kind about_id versions",
        dated="told_at",
    ),
    Table(
        model="programmes.ToldFact",
        section=TOLD,
        of=["telling__person"],
        why=ASKED,
        erasure=DELETE,
        personal={"words": _("What we told you")},
        nameless="id telling version",
    ),
    Table(
        model="programmes.Correction",
        section=TOLD,
        of=["person"],
        why=ASKED,
        erasure=DELETE,
        personal={
            "programme": Field(_("Programme"), shown_as="programme__title"),
            "state": Field(_("State")),
            "language": Field(_("Language")),
            "subject": _("Subject"),
            "body": _("Text"),
            "why": _("Why it was set aside"),
            "drafted_at": Field(_("When")),
            "decided_at": Field(_("Decided")),
        },
        links="person by",
        nameless="id uuid told message",
        dated="drafted_at",
    ),
    Table(
        model="programmes.Testimonial",
        section=_("What you let us show"),
        of=["person"],
        why=CONSENT,
        erasure=DELETE,
        personal={
            "words": _("What you said"),
            "name_shown": _("Your name as shown"),
            "about_shown": _("Who you are, as shown"),
            "permission_text": _("What you permitted"),
            "permission_where": _("Where the proof is kept"),
            "said_on": Field(_("Said on")),
            "permission_proof": Field(_("Proof")),
            "permitted_at": Field(_("Permitted at")),
            "permitted_until": Field(_("Permitted until")),
            "withdrawn_at": Field(_("Withdrawn at")),
            "is_shown": Field(_("Is shown")),
        },
        links="person by",
        nameless="id programme language",
        dated="said_on",
    ),
]
