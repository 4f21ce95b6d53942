"""How a lower floor tells what happened without knowing who listens: named hooks, called inside the transaction.

Published announcements and their keyword arguments, besides ``at`` (the instant):

- ``after_enquiry_received(enquiry)``, ``after_enquiry_lost(enquiry)``  from enquiries
- ``after_case_opened(case)``, ``after_case_answered(case, by)``, ``after_case_closed(case, by)``,
  ``after_contact_lost(case, by)`` (every attempt was made; the case is closed)  from contact_centre
- ``after_call_logged(call)``  from contact_centre, when a call made or received stands on the timeline
- ``after_inbound_filed(inbound, case)``  from contact_centre, when a letter or a text stands in its case
- ``after_promise_broken(promise)``  from contact_centre
- ``after_application_submitted(application)``, ``after_application_decided(application, by)``,
  ``after_payment_settled(payment)``, ``after_enrolment_made(enrolment)``, ``after_enrolment_ended(enrolment, why)``
  from enrolment
- ``after_student_started(student)``, ``after_survey_answered(response)``  from tutoring
- ``after_post_written(post)``  from community
- ``after_facts_changed(changes)``, ``after_facts_told(telling)``, ``after_corrections_drafted(corrections)``,
  ``after_corrections_withdrawn(corrections)``  from programmes
- ``after_person_corrected(person, fields)``, ``after_data_request(person, text, touchpoint)``,
  ``after_profiling_objected(person)``, ``after_import_undone(run, by)``  from people
- ``after_person_verified(person, email)``, ``after_people_merged(merge)``, ``after_merge_undone(merge)``  from people
- ``after_message_sent(message)``  from people, when the message has left and that is written down
- ``after_message_returned(message)``  from people, when the receiving server says that there is no such address
- ``after_message_signalled(signal)``  from contact_centre, when a message was clicked, came back or was complained of
"""

from datetime import datetime

from wagtail import hooks


def announce(name: str, *, at: datetime, **facts) -> None:
    """Call whoever registered the hook ``name``; an exception of theirs undoes the whole act."""
    for listen in hooks.get_hooks(name):
        listen(at=at, **facts)
