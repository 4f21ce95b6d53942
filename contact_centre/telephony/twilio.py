"""Twilio Voice: https://www.twilio.com/docs/voice/twiml and …/voice/api/call-resource."""

from collections.abc import Mapping
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _
from django.utils.translation import override

from contact_centre.telephony import ANSWERED, ENDED, RINGING, NotCalled, Told
from people.contact.carriers import MayHaveLeft, TryLater, http

API = "https://api.twilio.com"
WITHHELD = {"", "anonymous", "restricted", "unavailable", "unknown", "+266696687", "+86282452253", "+7378742833"}
OVER = {"completed", "busy", "failed", "no-answer", "canceled"}
RINGS = 25  # seconds before a call counts as missed


class TwilioVoice:
    """Incoming calls ring at ``desk``, the number behind which the advisers sit; ours go out as ``sender``."""

    name = "twilio"

    def __init__(self, *, account: str, secret: str, sender: str, desk: str = "", api: str = API):
        self.url = f"{api.rstrip('/')}/2010-04-01/Accounts/{account}/Calls.json"
        self.auth = (account, secret)
        self.secret = secret
        self.sender = sender
        self.desk = desk

    def read(self, payload: Mapping, *, at: datetime) -> Told | None:
        number = str(payload.get("From", ""))
        status, dialled = str(payload.get("CallStatus", "")), str(payload.get("DialCallStatus", ""))
        if not payload.get("CallSid") or str(payload.get("Direction", "inbound")) != "inbound":
            return None  # of a call that we made, what it came to is written down by whoever made it
        if dialled:
            state, was_answered = ENDED, dialled in ("completed", "answered")
        elif status in OVER:
            state, was_answered = ENDED, None
        else:
            state, was_answered = (ANSWERED if payload.get("answered") else RINGING), None
        return Told(
            provider=self.name,
            provider_id=str(payload["CallSid"])[:120],
            state=state,
            at=at,
            number="" if number.lower() in WITHHELD else number,
            our_number=str(payload.get("To", "")),
            was_answered=was_answered,
        )

    def welcome(self, *, after: str) -> str:
        """What an incoming call is to do: ring at the desk, then tell us at the address ``after`` how it went."""
        if not self.desk:
            return self.sorry()
        dial = f"<Dial timeout={quoteattr(str(RINGS))} action={quoteattr(after)}><Number>{escape(self.desk)}</Number>"
        return f"<Response>{dial}</Dial></Response>"

    def sorry(self) -> str:
        """What somebody hears whom nobody could answer."""
        with override("ca"):
            said = _("We cannot answer just now. We have seen your call and will call you back. Thank you.")
        return f'<Response><Say language="ca-ES">{escape(said)}</Say><Hangup/></Response>'

    def dial(self, number: str, *, adviser_number: str, call_id: str) -> str:
        to = number.partition(";")[0]
        bridge = f"<Response><Dial callerId={quoteattr(self.sender)}><Number>{escape(to)}</Number></Dial></Response>"
        form = {"From": self.sender, "To": adviser_number or self.desk, "Twiml": bridge}
        if not form["To"]:
            raise NotCalled(_("Your own telephone number is not known, so the exchange cannot ring you."))
        try:
            answer = http.call("POST", self.url, data=form, auth=self.auth)
        except (TryLater, MayHaveLeft):
            raise NotCalled(_("The exchange does not answer just now. Dial the number yourself."))
        try:
            found = answer.json()
        except ValueError:
            found = {}
        if answer.status_code not in (200, 201) or "sid" not in found:
            raise NotCalled(_("The exchange refused the call: %(why)s") % {"why": found.get("message", "")})
        return str(found["sid"])
