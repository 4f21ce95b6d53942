"""What each role may do with campaigns and enquiries; ``people.access.roles`` grants it after every migration."""

from people.access import roles

SEE = "enquiries.view_enquiry"
LOSE = "enquiries.lose_enquiry"
IMPORT = "enquiries.import_leads"
SEE_CAMPAIGNS = "enquiries.view_campaign"
CHANGE_CAMPAIGNS, LAUNCH_CAMPAIGNS = "enquiries.change_campaign", "enquiries.launch_campaign"
CAMPAIGNS = [SEE_CAMPAIGNS, "enquiries.add_campaign", CHANGE_CAMPAIGNS, LAUNCH_CAMPAIGNS]


def _all(*models: str) -> list[str]:
    return [f"enquiries.{act}_{model}" for model in models for act in ("view", "add", "change")]


def _view(*models: str) -> list[str]:
    return [f"enquiries.view_{model}" for model in models]


PLANNING = ("marketingplan", "planreview", "leadagreement", "marketstudy", "partner")
TALK = ("socialchannel", "socialpost", "mention")  # what is said of us in public, and what we say
NOTE_MENTIONS = ["enquiries.view_mention", "enquiries.add_mention"]
HANDLE_CRISIS = "enquiries.handle_crisis"
SIGN_MARKETING, SIGN_SALES = "enquiries.sign_for_marketing", "enquiries.sign_for_sales"

# Plans, agreements, studies, partners, mentions and posts.
AROUND_CAMPAIGNS = {
    roles.ADVISER: [*_view("partner"), *NOTE_MENTIONS],
    roles.LEAD: [*_view(*PLANNING, *TALK), *_all("leadagreement", "mention"), SIGN_SALES, HANDLE_CRISIS],
    roles.ADMISSIONS: _view("partner", "leadagreement"),
    roles.EDITOR: [*_view("socialchannel"), *_all("socialpost"), *NOTE_MENTIONS],
    roles.MARKETING: [
        *_all(*PLANNING, *TALK),
        SIGN_MARKETING,
        "enquiries.delete_socialpost",
        "enquiries.delete_marketstudy",
    ],
    roles.DIRECTOR: [
        *_view(*PLANNING, *TALK),
        *_all("marketingplan", "planreview", "leadagreement"),
        SIGN_MARKETING,
        SIGN_SALES,
        HANDLE_CRISIS,
    ],
    roles.DATA_PROTECTION: _view("mention"),
}

CHECK_IN, SEE_SESSIONS, CHANGE_SESSIONS = "enquiries.check_in", "enquiries.view_session", "enquiries.change_session"
SEE_APPOINTMENTS, BOOK = "enquiries.view_appointment", "enquiries.add_appointment"
OWN_HOURS, ALL_HOURS = "enquiries.change_bookablehours", "enquiries.delete_bookablehours"  # own ones; of everybody
_MEET = [CHECK_IN, SEE_SESSIONS, SEE_APPOINTMENTS, BOOK, OWN_HOURS]

# Sessions and appointments.
MEETING = {
    roles.ADVISER: _MEET,
    roles.LEAD: [*_MEET, *_all("session"), ALL_HOURS],
    roles.ADMISSIONS: _MEET,
    roles.EDITOR: [SEE_SESSIONS],
    roles.MARKETING: [CHECK_IN, *_all("session")],
    roles.DIRECTOR: [SEE_SESSIONS, SEE_APPOINTMENTS],
}

SEE_ORIGINS, SEE_LINKS = "enquiries.view_originfigure", "enquiries.view_shortlink"

# Where people come from: figures with money, short links, numbers, and what advisers may choose.
ORIGINS = {
    roles.LEAD: [SEE_ORIGINS, *_view("shortlink", "campaignnumber"), *_all("spokensource")],
    roles.EDITOR: _all("shortlink"),
    roles.MARKETING: [SEE_ORIGINS, *_all("shortlink", "campaignnumber", "spokensource"), "enquiries.delete_shortlink"],
    roles.DIRECTOR: [SEE_ORIGINS, *_view("shortlink", "campaignnumber", "spokensource")],
}

SEE_FORMS = "enquiries.view_form"

# Forms: whoever edits pages makes them.
ASKING = {
    roles.LEAD: [SEE_FORMS],
    roles.EDITOR: _all("form"),
    roles.MARKETING: [*_all("form"), "enquiries.delete_form"],
    roles.DIRECTOR: [SEE_FORMS],
}

SEE_PLAYS, MAKE_PLAYS, RUN_PLAYS = "enquiries.view_play", "enquiries.add_play", "enquiries.run_play"

# The laboratory of lost enquiries.
REVIVING = {
    roles.LEAD: [SEE_PLAYS, MAKE_PLAYS, RUN_PLAYS],
    roles.MARKETING: [SEE_PLAYS, MAKE_PLAYS, RUN_PLAYS],
    roles.DIRECTOR: [SEE_PLAYS],
    roles.DATA_PROTECTION: [SEE_PLAYS],
}

DECIDE_SUSPECTS, SEE_DOORS = "enquiries.decide_submission", "enquiries.view_leaddoor"
CHANGE_DOORS = "enquiries.change_leaddoor"

# What comes in from outside: suspects, and the doors of machines with their secrets.
AT_THE_DOOR = {
    roles.ADVISER: [DECIDE_SUSPECTS],
    roles.LEAD: [DECIDE_SUSPECTS, SEE_DOORS],
    roles.ADMISSIONS: [DECIDE_SUSPECTS],
    roles.MARKETING: [DECIDE_SUSPECTS, *_all("leaddoor")],
    roles.DIRECTOR: [SEE_DOORS],
    roles.ADMINISTRATOR: _all("leaddoor"),
}

PERMISSIONS = {
    roles.ADVISER: [SEE, LOSE, SEE_CAMPAIGNS],
    roles.LEAD: [SEE, LOSE, IMPORT, *CAMPAIGNS],
    roles.ADMISSIONS: [SEE, LOSE, SEE_CAMPAIGNS],
    roles.EDITOR: [SEE_CAMPAIGNS],
    roles.MARKETING: [SEE, IMPORT, *CAMPAIGNS],
    roles.DIRECTOR: [SEE, IMPORT, *CAMPAIGNS],
    roles.DATA_PROTECTION: [SEE],
    roles.ADMINISTRATOR: [IMPORT],
}

for _role, _rights in [
    *AROUND_CAMPAIGNS.items(),
    *MEETING.items(),
    *ORIGINS.items(),
    *ASKING.items(),
    *REVIVING.items(),
    *AT_THE_DOOR.items(),
]:
    PERMISSIONS[_role] = [*PERMISSIONS[_role], *_rights]
