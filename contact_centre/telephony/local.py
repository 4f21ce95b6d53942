"""An exchange without a telephone: calls are played on a page of the demo, and made ones end where they began."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from contact_centre.telephony import Told


class LocalExchange:
    """Speaks the words of ``Told`` itself."""

    name = "local"

    def read(self, payload: Mapping, *, at: datetime) -> Told | None:
        return Told(
            provider=self.name,
            provider_id=str(payload["id"])[:120],
            state=str(payload["state"]),
            at=at,
            number=str(payload.get("number", "")),
            our_number=str(payload.get("our_number", "")),
        )

    def dial(self, number: str, *, adviser_number: str, call_id: str) -> str:
        return f"local-{uuid4()}"
