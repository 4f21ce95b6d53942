"""What each role may do with campaigns and enquiries; ``people.access.roles`` grants it after every migration."""

from people.access import roles

SEE = "enquiries.view_enquiry"
LOSE = "enquiries.lose_enquiry"
IMPORT = "enquiries.import_leads"
SEE_CAMPAIGNS = "enquiries.view_campaign"
CAMPAIGNS = [f"enquiries.{act}_campaign" for act in ("view", "add", "change")]

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
