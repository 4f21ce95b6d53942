"""Three more roles; and, for the roles there were, which of their rights the product gave them and not the school."""

from django.db import migrations

ROLES = ("Teacher", "Marketing", "Administrator")
# What the first release granted. Rights that a school added by itself are not in it and stay the school's.
RELEASED = {
    "Director": (
        "community.view_forum contact_centre.see_person_page contact_centre.view_case "
        "contact_centre.view_replytemplate enquiries.add_campaign enquiries.change_campaign "
        "enquiries.import_leads enquiries.view_campaign enquiries.view_enquiry enrolment.view_application "
        "enrolment.view_enrolment enrolment.view_payment insights.add_kpitarget insights.change_kpitarget "
        "insights.view_kpisnapshot insights.view_kpitarget people.issue_apitoken people.undo_import "
        "people.view_apitoken people.view_consent people.view_importrun people.view_outgoingmessage "
        "people.view_user programmes.change_schoolsettings programmes.view_programme "
        "programmes.view_schoolsettings tutoring.add_survey tutoring.change_survey tutoring.see_all_students "
        "tutoring.view_survey wagtailadmin.access_admin "
    ),
    "Contact-centre lead": (
        "contact_centre.add_replytemplate contact_centre.assign_case contact_centre.change_desksettings "
        "contact_centre.change_replytemplate contact_centre.delete_replytemplate "
        "contact_centre.see_person_page contact_centre.take_case contact_centre.view_case "
        "contact_centre.view_replytemplate enquiries.add_campaign enquiries.change_campaign "
        "enquiries.import_leads enquiries.lose_enquiry enquiries.view_campaign enquiries.view_enquiry "
        "enrolment.view_application insights.view_kpisnapshot people.view_importrun "
        "people.view_outgoingmessage programmes.view_programme tutoring.see_all_students tutoring.view_survey "
        "wagtailadmin.access_admin "
    ),
    "Admissions": (
        "contact_centre.see_person_page contact_centre.view_case enquiries.lose_enquiry "
        "enquiries.view_campaign enquiries.view_enquiry enrolment.decide_application "
        "enrolment.view_application enrolment.view_enrolment insights.view_kpisnapshot "
        "programmes.view_programme wagtailadmin.access_admin "
    ),
    "Finance": (
        "contact_centre.see_person_page enrolment.refund_payment enrolment.view_application "
        "enrolment.view_ledgerentry enrolment.view_payment enrolment.view_receipt insights.view_kpisnapshot "
        "programmes.view_programme wagtailadmin.access_admin "
    ),
    "Data protection": (
        "contact_centre.see_person_page contact_centre.view_case enquiries.view_enquiry "
        "insights.view_kpisnapshot people.erase_person people.export_person people.undo_import "
        "people.view_consent people.view_importrun people.view_outgoingmessage tutoring.see_all_students "
        "wagtailadmin.access_admin "
    ),
    "Tutor": (
        "community.take_part contact_centre.see_person_page enrolment.view_enrolment "
        "programmes.view_programme tutoring.see_own_students tutoring.view_survey wagtailadmin.access_admin "
    ),
    "Moderator": (
        "community.change_forum community.moderate community.take_part community.view_forum wagtailadmin.access_admin "
    ),
    "Adviser": (
        "contact_centre.see_person_page contact_centre.take_case contact_centre.view_case "
        "enquiries.lose_enquiry enquiries.view_campaign enquiries.view_enquiry enrolment.view_application "
        "people.view_outgoingmessage programmes.view_programme wagtailadmin.access_admin "
    ),
    "Editor": (
        "enquiries.view_campaign programmes.add_collection programmes.add_field programmes.add_intake "
        "programmes.add_programme programmes.add_teacher programmes.change_collection programmes.change_field "
        "programmes.change_intake programmes.change_programme programmes.change_schoolsettings "
        "programmes.change_teacher programmes.delete_collection programmes.delete_field "
        "programmes.delete_intake programmes.delete_programme programmes.delete_teacher "
        "programmes.view_collection programmes.view_field programmes.view_intake programmes.view_programme "
        "programmes.view_schoolsettings programmes.view_teacher wagtail_localize.submit_translation "
        "wagtailadmin.access_admin "
    ),
}


def create(apps, schema_editor):
    group, granted = apps.get_model("auth", "Group"), apps.get_model("people", "GrantedRight")
    for name in ROLES:
        group.objects.get_or_create(name=name)
    for role in group.objects.filter(name__in=RELEASED):
        ours = RELEASED[role.name].split()
        held = [
            right
            for right in role.permissions.select_related("content_type")
            if f"{right.content_type.app_label}.{right.codename}" in ours
        ]
        granted.objects.bulk_create(
            [granted(group_id=role.pk, permission_id=right.pk) for right in held], ignore_conflicts=True
        )


def delete(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()
    apps.get_model("people", "GrantedRight").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("people", "0007_new_roles_and_audit_review")]
    operations = [migrations.RunPython(create, delete)]
