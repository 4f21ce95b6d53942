"""The rows that leads become: gathered one by one, written together, noted on the run so that they can be put back."""

import json
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault, Value

from contact_centre import queue
from contact_centre.models import Case, CaseEvent
from enquiries.intake.arrivals import clean_message
from enquiries.leads.lead_files import LeadRecord
from enquiries.models import Campaign, Enquiry, EnquiryMove, Touch
from enquiries.origins import touches
from people.announcements import announce
from people.importing import imports
from people.models import Channel, ImportRun, Language, Person, Touchpoint
from programmes.models import Programme

State = Enquiry.State
ABOUT = Enquiry._meta.label_lower


class LeadRows:
    """What is to be written of the leads of one batch."""

    def __init__(self, run: ImportRun, *, at: datetime, source: str, campaign: Campaign):
        self.run, self.at, self.source, self.campaign = run, at, source, campaign
        self.rows: dict[type[models.Model], list[Any]] = {
            model: [] for model in (Case, Enquiry, EnquiryMove, CaseEvent, Touchpoint, Touch)
        }

    def numbers(self, model: type[models.Model], count: int) -> list[int]:
        """The numbers that the next ``count`` rows will bear: a case and its enquiry point at each other."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [model._meta.db_table, count],
            )
            return [number for (number,) in cursor.fetchall()]

    def add(
        self,
        lead: LeadRecord,
        person: Person,
        *,
        number: int,
        key: str,
        programme: Programme | None,
        partner_id: int | None,
        is_history: bool,
    ) -> None:
        """Gather what one lead becomes."""
        state, reason, note = ending(lead) if is_history else (State.RECEIVED, "", "")
        unknown = {"programme": lead.programme} if lead.programme and programme is None else {}
        enquiry = Enquiry(
            pk=number,
            person=person,
            programme=programme,
            campaign=self.campaign,
            partner_id=partner_id,
            state=state,
            channel=Channel.IMPORT,
            language=lead.language if lead.language in Language.values else Language.CATALAN.value,
            message=clean_message(lead.message),
            source=(lead.source or ("" if is_history else self.source))[:120],
            medium=lead.medium[:120],
            utm={"utm_campaign": lead.campaign[:150]} if lead.campaign else {},
            answers=lead.answers | unknown,
            received_at=lead.received_at or self.at,
            # When it ended is not in the file; the import is when we learned of it.
            ended_at=self.at if state in Enquiry.ENDED else None,
            enrolled_at=self.at if state == State.ENROLLED else None,
            lost_reason=reason,
            lost_note=note,
            is_history=is_history,
            external_key=key,
        )
        self.rows[Enquiry].append(enquiry)
        self._add_moves(enquiry)
        self.rows[Touchpoint].append(self._line(enquiry))
        self.rows[Touch].append(self._touch(enquiry))

    def _add_moves(self, enquiry: Enquiry) -> None:
        moves = self.rows[EnquiryMove]
        moves.append(EnquiryMove(enquiry_id=enquiry.pk, to_state=State.RECEIVED, at=enquiry.received_at))
        if enquiry.ended_at:
            moves.append(
                EnquiryMove(
                    enquiry_id=enquiry.pk,
                    from_state=State.RECEIVED,
                    to_state=enquiry.state,
                    at=enquiry.ended_at,
                    why=enquiry.lost_reason,
                )
            )

    def _line(self, enquiry: Enquiry) -> Touchpoint:
        return Touchpoint(
            at=enquiry.received_at,
            person=enquiry.person,
            channel=Channel.IMPORT,
            direction=Touchpoint.Direction.IN,
            kind="enquiries.imported" if enquiry.is_history else "enquiries.received",
            summary=enquiry.message,
            about_kind=ABOUT,
            about_id=enquiry.pk,
            campaign=self.campaign.slug,
        )

    def _touch(self, enquiry: Enquiry) -> Touch:
        marks = touches.Marks(kind=Touch.Kind.FILE, source=enquiry.source, medium=enquiry.medium, said=enquiry.utm)
        found = touches.Found(campaign_id=self.campaign.pk, partner_id=enquiry.partner_id)
        return Touch(
            **touches.row_for(marks, found, at=enquiry.received_at, person_id=enquiry.person_id, enquiry_id=enquiry.pk)
        )

    def write(self) -> None:
        """Write everything, whoever others point at first, and tell of those who wait.

        They gave their details elsewhere and wait for a person, not for a receipt: no mail is sent.
        """
        self._open_cases([one for one in self.rows[Enquiry] if not one.is_history])
        for model, rows in self.rows.items():
            if rows:
                self._insert(model, rows)
                imports.note_made(self.run, rows)
        for enquiry in self.rows[Enquiry]:
            if enquiry.case is not None:
                announce("after_case_opened", case=enquiry.case, at=enquiry.received_at)
                announce("after_enquiry_received", enquiry=enquiry, at=self.at)

    def _insert(self, model: type[models.Model], rows: list[Any]) -> None:
        """Some thousand rows as one document that the server takes apart: a third of the time of as many VALUES."""
        numberless = [row for row in rows if row.pk is None]
        for row, number in zip(numberless, self.numbers(model, len(numberless)), strict=True):
            row.pk = number
        fields = model._meta.local_concrete_fields
        table, names = model._meta.db_table, ", ".join(f'"{field.column}"' for field in fields)
        document = json.dumps([{field.column: _value(field, row) for field in fields} for row in rows], default=str)
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{table}" ({names}) SELECT {names}'  # noqa: S608 -- names of our own tables
                f' FROM json_populate_recordset(NULL::"{table}", %s::json)',
                [document],
            )
        for row in rows:
            row._state.adding, row._state.db = False, connection.alias

    def _open_cases(self, waiting: list[Enquiry]) -> None:
        """A case for each. Their score counts from the next time the queue is put in order, some minutes later."""
        for enquiry, number in zip(waiting, self.numbers(Case, len(waiting)), strict=True):
            person = enquiry.person
            known = person.is_stranger
            person.is_stranger = True  # nothing is looked up for one of a hundred thousand
            enquiry.case, event = queue.opening(
                person,
                number=number,
                about=enquiry,
                at=enquiry.received_at,
                kind=Case.Kind.ENQUIRY,
                question=enquiry.message,
                programme=enquiry.programme,
                channel=enquiry.channel,
                language=enquiry.language,
            )
            person.is_stranger = known
            self.rows[Case].append(enquiry.case)
            self.rows[CaseEvent].append(event)


def _value(field: models.Field, row: models.Model) -> Any:
    """What is written for a field, where nothing was said what the database would put."""
    value = row.__dict__[field.attname]
    if not isinstance(value, DatabaseDefault):
        return value
    default = field.db_default
    return default.value if isinstance(default, Value) else default


def ending(lead: LeadRecord) -> tuple[str, str, str]:
    """The state, the coded reason and the reason in the file's own words."""
    if lead.outcome == "enrolled":
        return State.ENROLLED, "", ""
    if lead.outcome != "lost":
        return State.RECEIVED, "", ""
    said = lead.lost_reason.strip().casefold()
    for reason in Enquiry.LostReason:
        if said in (reason.value, str(reason.label).casefold()):
            return State.LOST, reason.value, ""
    return State.LOST, Enquiry.LostReason.OTHER.value, lead.lost_reason[:500]
