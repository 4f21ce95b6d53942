"""What each role may do at the desk; ``people.access.roles`` grants it after every migration."""

from people.access import roles

SEE = "contact_centre.see_person_page"
TAKE = "contact_centre.take_case"
ASSIGN = "contact_centre.assign_case"
TEMPLATES = [f"contact_centre.{act}_replytemplate" for act in ("view", "add", "change", "delete")]

# Data are open to every employee who works with people; what else they see of each is for every floor to say.
PERMISSIONS = {
    roles.ADVISER: [TAKE, SEE, "contact_centre.view_case"],
    roles.LEAD: [TAKE, ASSIGN, SEE, "contact_centre.view_case", "contact_centre.change_desksettings", *TEMPLATES],
    roles.ADMISSIONS: [SEE, "contact_centre.view_case"],
    roles.FINANCE: [SEE],
    roles.TUTOR: [SEE],
    roles.MARKETING: [SEE],
    roles.DIRECTOR: [SEE, "contact_centre.view_case", "contact_centre.view_replytemplate"],
    roles.DATA_PROTECTION: [SEE, "contact_centre.view_case"],
    roles.ADMINISTRATOR: [SEE, "contact_centre.change_desksettings"],
}
