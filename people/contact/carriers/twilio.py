"""Text messages by Twilio's REST interface: https://www.twilio.com/docs/messaging/api/message-resource."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from people.contact.carriers import MayHaveLeft, Refused, TryLater, UndeliverableAddress, http, text_of
from people.contact.carriers.limits import LONGEST, PARTS
from people.models import OutgoingMessage, Person

API = "https://api.twilio.com"
NO_SUCH_NUMBER = {21211, 21214, 21217, 21401}  # https://www.twilio.com/docs/api/errors
STOPPED = 21610  # they answered STOP
SLACK = timedelta(minutes=5)  # between their clock and ours


class TwilioSms:
    """Twilio keeps no key of ours, so before a second try its list is asked whether the first one left."""

    remembers = True

    def __init__(self, *, channel: str, account: str, secret: str, sender: str, api: str = API, status_url: str = ""):
        self.longest, self.part = LONGEST[channel], PARTS[channel]
        self.url = f"{api.rstrip('/')}/2010-04-01/Accounts/{account}/Messages.json"
        self.auth = (account, secret)
        self.sender = sender
        self.status_url = status_url

    def send(self, message: OutgoingMessage) -> str:
        text = text_of(message)
        if message.attempts > 1 and (number := self._number_of(message, text)):
            return number
        to = message.to.partition(";")[0]
        form = {"From": self.sender, "To": to, "Body": text}
        if self.status_url:
            form["StatusCallback"] = f"{self.status_url}?message={message.uuid}"
        try:
            answer = http.call("POST", self.url, data=form, auth=self.auth)
        except MayHaveLeft as broken:
            raise TryLater(str(broken))  # the next try asks first
        found = _json(answer)
        if answer.status_code in (200, 201):
            return str(found["sid"])
        code, words = found.get("code"), str(found.get("message", ""))
        if code in NO_SUCH_NUMBER:
            raise UndeliverableAddress(f"{code} {words}")
        if code == STOPPED or answer.status_code == 400:
            raise Refused(f"{code} {words}")
        raise TryLater(f"HTTP {answer.status_code} {code or ''}")

    def why_not(self, person: Person, *, at: datetime) -> str:
        return ""

    def _number_of(self, message: OutgoingMessage, text: str) -> str | None:
        """Twilio's number of this very text to this number since the message was written, if it has one."""
        query = {"To": message.to.partition(";")[0], "From": self.sender, "PageSize": "50"}
        try:
            answer = http.call("GET", self.url, params=query, auth=self.auth)
        except MayHaveLeft as broken:
            raise TryLater(str(broken))
        if answer.status_code != 200:
            raise TryLater(f"HTTP {answer.status_code}")
        for one in _json(answer).get("messages", []):
            is_ours = one.get("body") == text and one.get("status") not in ("failed", "undelivered")
            if is_ours and parsedate_to_datetime(one["date_created"]) >= message.created_at - SLACK:
                return str(one["sid"])
        return None


def _json(answer) -> dict:
    try:
        found = answer.json()
    except ValueError:
        raise TryLater(f"HTTP {answer.status_code} without JSON")
    return found if isinstance(found, dict) else {}
