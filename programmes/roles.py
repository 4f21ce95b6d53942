"""What each role may do with programmes; ``people.access.roles`` grants it after every migration."""

from people.access import roles

SEE = ["programmes.view_programme"]
KINDS = ("programme", "intake", "collection", "field", "teacher")
EDIT = [f"programmes.{act}_{kind}" for kind in KINDS for act in ("view", "add", "change", "delete")]
SCHOOL = ["programmes.view_schoolsettings", "programmes.change_schoolsettings"]

PERMISSIONS = {
    roles.EDITOR: [*EDIT, *SCHOOL, "wagtail_localize.submit_translation"],
    roles.ADVISER: SEE,
    roles.LEAD: SEE,
    roles.ADMISSIONS: SEE,
    roles.FINANCE: SEE,
    roles.TUTOR: SEE,
    roles.TEACHER: SEE,
    roles.MARKETING: SEE,
    roles.ADMINISTRATOR: [*SEE, *SCHOOL],
    roles.DIRECTOR: [*SEE, *SCHOOL],
}
