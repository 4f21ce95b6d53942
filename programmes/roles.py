"""What each role may do with programmes; ``people.access.roles`` grants it after every migration."""

from people.access import roles


def every_act(*kinds: str) -> list[str]:
    return [f"programmes.{act}_{kind}" for kind in kinds for act in ("view", "add", "change", "delete")]


SEE = ["programmes.view_programme"]
SEE_TOLD = ["programmes.view_factversion", "programmes.view_telling", "programmes.view_correction"]
SEE_BENCHMARK = ["programmes.view_rival", "programmes.view_competitor"]
SEE_ARGUMENTS = ["programmes.view_argument"]
DECIDE = ["programmes.decide_correction"]
EDIT = every_act("programme", "intake", "collection", "field", "campus", "teacher", "topic", "menu", "testimonial")
PROMOTE = every_act("slot", "printbatch", "competitor", "rival", "testimonial", "argument")
SCHOOL = ["programmes.view_schoolsettings", "programmes.change_schoolsettings"]
RECOMMEND = [f"wagtailsearchpromotions.{act}_searchpromotion" for act in ("view", "add", "change", "delete")]
TAKE_IN = ["programmes.import_catalogue"]

PERMISSIONS = {
    roles.EDITOR: [
        *EDIT, *SCHOOL, *SEE_TOLD, *SEE_BENCHMARK, *every_act("argument", "slot", "printbatch"), *TAKE_IN,
        *RECOMMEND,
        "wagtail_localize.submit_translation", "wagtailredirects.add_redirect", "wagtailredirects.change_redirect",
        "wagtailredirects.delete_redirect",
    ],
    roles.ADVISER: [*SEE, *SEE_TOLD, *SEE_ARGUMENTS, *SEE_BENCHMARK, *DECIDE],
    roles.LEAD: [*SEE, *SEE_TOLD, *every_act("argument"), *SEE_BENCHMARK, *DECIDE],
    roles.ADMISSIONS: [*SEE, *SEE_TOLD, *SEE_ARGUMENTS],
    roles.FINANCE: SEE,
    roles.TUTOR: SEE,
    roles.TEACHER: SEE,
    roles.MARKETING: [*SEE, *SEE_TOLD, *PROMOTE, *RECOMMEND],
    roles.ADMINISTRATOR: [*SEE, *SCHOOL, *TAKE_IN],
    roles.DIRECTOR: [*SEE, *SCHOOL, *SEE_TOLD, *SEE_BENCHMARK, *SEE_ARGUMENTS, "programmes.view_slot",
                     "programmes.view_printbatch", "programmes.view_testimonial"],
}  # fmt: skip
