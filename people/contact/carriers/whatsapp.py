"""WhatsApp by Meta's Cloud API: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages."""

from datetime import datetime

from django.utils.translation import gettext as _

from people.contact.carriers import Refused, TryLater, http, text_of
from people.contact.carriers.limits import LONGEST, window_closed
from people.models import OutgoingMessage, Person

API = "https://graph.facebook.com/v21.0"
NOT_ON_WHATSAPP = {131026, 131030}  # https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
WAIT = {1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 133004}
TEMPLATE_LONGEST = 1_024


class WhatsAppCloud:
    """Meta keeps no list that could be asked: a message whose answer got lost is not sent again by itself.

    Free text may be sent for 24 hours after they wrote. Outside of them a template approved by Meta goes out, if
    ``template`` names one that has a single gap for the text; otherwise the message is refused with the reason.
    """

    remembers = False
    part = 0

    def __init__(
        self, *, channel: str, account: str, secret: str, sender: str, api: str = API, template: str = "", **_webhook
    ):
        self.longest = LONGEST[channel]
        self.url = f"{api.rstrip('/')}/{sender}/messages"
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.template = template
        self.account = account

    def send(self, message: OutgoingMessage) -> str:
        if why := self.why_not(message.person, at=message.claimed_at or message.due_at):
            raise Refused(why)
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": message.to.partition(";")[0].removeprefix("+"),
            "biz_opaque_callback_data": str(message.uuid),
            **self._content(message),
        }
        answer = http.call("POST", self.url, json=body, headers=self.headers)
        try:
            found = answer.json()
        except ValueError:
            raise TryLater(f"HTTP {answer.status_code} without JSON")
        if answer.status_code == 200:
            return str(found["messages"][0]["id"])
        error = found.get("error", {})
        code, words = error.get("code"), f"{error.get('code')} {error.get('message', '')}"
        if code in NOT_ON_WHATSAPP:  # it may still be a telephone
            raise Refused(_("This number is not on WhatsApp."))
        if code in WAIT or answer.status_code == 401:  # a token that ran out is renewed by people
            raise TryLater(words)
        raise Refused(words)

    def why_not(self, person: Person, *, at: datetime) -> str:
        return "" if self.template else window_closed(person, at=at)

    def _content(self, message: OutgoingMessage) -> dict:
        text = text_of(message)
        at = message.claimed_at or message.due_at
        if not self.template or not window_closed(message.person, at=at):
            return {"type": "text", "text": {"body": text, "preview_url": False}}
        gap = {"type": "text", "text": " ".join(text.split())[:TEMPLATE_LONGEST]}  # a gap takes no line breaks
        return {
            "type": "template",
            "template": {
                "name": self.template,
                "language": {"code": message.language},
                "components": [{"type": "body", "parameters": [gap]}],
            },
        }
