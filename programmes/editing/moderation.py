"""Moderation: who writes hands in, and an editor of the school approves."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowPage, WorkflowTask

from people.access import roles

WAGTAILS = "Moderators approval"  # what Wagtail's own migration leaves; its group is none of the school's roles


@transaction.atomic
def arrange() -> Workflow:
    """See to it that pages handed in go to the editors; return the workflow of the whole website.

    It takes the place of the one Wagtail comes with, which asks a group that no school uses. Running it again, or after
    the school arranged moderation otherwise, changes nothing.
    """
    root = Page.objects.get(depth=1)
    current = WorkflowPage.objects.select_related("workflow").filter(page=root).first()
    if current and current.workflow.name != WAGTAILS:
        return current.workflow
    with override(settings.LANGUAGE_CODE):  # rows of the school, in its own language; it may rename them
        workflow = Workflow.objects.create(name=_("Approval by an editor"))
        task = GroupApprovalTask.objects.create(name=_("An editor reads it"))
    task.groups.add(Group.objects.get_or_create(name=roles.EDITOR)[0])
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
    return workflow
