"""What each role may do at the desk; ``people.access.roles`` grants it after every migration."""

from people.access import roles

SEE = "contact_centre.see_person_page"
TAKE = "contact_centre.take_case"
ASSIGN = "contact_centre.assign_case"
SUPERVISE = "contact_centre.supervise"


def _all(*models: str) -> list[str]:
    return [f"contact_centre.{act}_{model}" for model in models for act in ("view", "add", "change", "delete")]


def _view(*models: str) -> list[str]:
    return [f"contact_centre.view_{model}" for model in models]


CALENDARS = _all("workingcalendar", "kindpromise", "ladderstep")
TEAMS = _all("team", "adviser", "shift", "absence", "pushrule", "objective", "skill", "coachingnote")
COURSES = _all("productcourse", "certification")
WRITING = _all("messagetemplate", "matrixcell")
SEGMENTS = _all("segment")
SENDS = _all("send", "journey", "calllist")
GO = [f"contact_centre.{act}" for act in ("approve_template", "approve_send", "stop_sends", "start_journey")]

# Data are open to every employee who works with people; what else they see of each is for every floor to say.
PERMISSIONS = {
    roles.ADVISER: [
        TAKE,
        SEE,
        "contact_centre.view_case",
        "contact_centre.file_inbound",
        "contact_centre.view_inboundmessage",
        *_view("promise", "productcourse", "messagetemplate", "calllist", "call"),
        "contact_centre.add_promise",
        "contact_centre.change_promise",
    ],
    roles.LEAD: [
        TAKE,
        ASSIGN,
        SEE,
        SUPERVISE,
        "contact_centre.view_case",
        "contact_centre.change_desksettings",
        "contact_centre.file_inbound",
        "contact_centre.view_inboundmessage",
        *_view("call", "deskact"),
        *_all("promise"),
        *CALENDARS,
        *TEAMS,
        *COURSES,
        *WRITING,
        *SEGMENTS,
        *SENDS,
        *GO,
    ],
    roles.ADMISSIONS: [SEE, "contact_centre.view_case", *_view("promise", "messagetemplate")],
    roles.FINANCE: [SEE],
    roles.TUTOR: [SEE, *_view("promise"), "contact_centre.add_promise", "contact_centre.change_promise"],
    roles.MARKETING: [
        SEE,
        *WRITING,
        *SEGMENTS,
        *SENDS,
        "contact_centre.stop_sends",
    ],
    roles.DIRECTOR: [
        SEE,
        SUPERVISE,
        "contact_centre.view_case",
        *_view("messagetemplate", "matrixcell", "segment", "send", "journey", "calllist", "promise", "call"),
        *_view("team", "adviser", "objective", "productcourse", "certification"),
        # Whoever may look as a lead or an adviser sees what they see.
        *_view("inboundmessage", "deskact", "coachingnote", "skill", "shift", "absence", "pushrule"),
        *GO,
    ],
    roles.DATA_PROTECTION: [
        SEE,
        "contact_centre.view_case",
        *_view("inboundmessage", "segment", "send", "journey"),
        "contact_centre.stop_sends",
    ],
    roles.ADMINISTRATOR: [SEE, "contact_centre.change_desksettings", *CALENDARS, *_all("team", "adviser", "shift")],
}
