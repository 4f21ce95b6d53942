"""What each role may do with students and surveys; ``people.access.roles`` grants it after every migration."""

from people.access import roles

OWN, ALL = "tutoring.see_own_students", "tutoring.see_all_students"
TAUGHT = "tutoring.see_taught_students"  # who they are and how far they are; never the tutor's notes
SEE_SURVEYS = "tutoring.view_survey"
EDIT_SURVEYS = ["tutoring.add_survey", "tutoring.change_survey"]

PERMISSIONS = {
    roles.TUTOR: [OWN, SEE_SURVEYS],
    roles.TEACHER: [TAUGHT],
    roles.LEAD: [ALL, SEE_SURVEYS],
    roles.DIRECTOR: [ALL, SEE_SURVEYS, *EDIT_SURVEYS],
    roles.DATA_PROTECTION: [ALL],
}
