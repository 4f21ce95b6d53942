"""``SMS_URL``, ``WHATSAPP_URL`` and ``TELEPHONY_URL`` to the carriers and the exchange that the desk speaks through."""

from urllib.parse import parse_qsl, unquote, urlsplit

from config.environment import Environment, Misconfigured

LOCAL = "people.contact.carriers.local.Local"
TWILIO_SMS = "people.contact.carriers.twilio.TwilioSms"
WHATSAPP_CLOUD = "people.contact.carriers.whatsapp.WhatsAppCloud"
LOCAL_EXCHANGE = "contact_centre.telephony.local.LocalExchange"
TWILIO_VOICE = "contact_centre.telephony.twilio.TwilioVoice"


def carriers(environment: Environment) -> dict[str, dict]:
    """Which class carries the texts of each channel, and with what options; a channel without any is not offered."""
    found = {}
    if chosen := _carrier("SMS_URL", environment.sms_url, {"twilio": TWILIO_SMS}, environment):
        found["sms"] = chosen
    if chosen := _carrier("WHATSAPP_URL", environment.whatsapp_url, {"meta": WHATSAPP_CLOUD}, environment):
        found["whatsapp"] = chosen
    return found


def telephony(environment: Environment) -> dict:
    """Which exchange tells of calls and makes them; empty if there is none."""
    url = environment.telephony_url
    if not url:
        return {"class": LOCAL_EXCHANGE, "options": {}} if environment.env == "demo" else {}
    if url.startswith("local:"):
        return {"class": LOCAL_EXCHANGE, "options": {}}
    return {"class": TWILIO_VOICE, "options": _options("TELEPHONY_URL", url, ("twilio",))}


def _carrier(name: str, url: str, known: dict[str, str], environment: Environment) -> dict | None:
    if not url:
        return {"class": LOCAL, "options": {}} if environment.env == "demo" else None
    if url.startswith("local:"):
        return {"class": LOCAL, "options": {}}
    options = _options(name, url, tuple(known))
    if name == "SMS_URL" and environment.base_url.startswith("https://"):
        options["status_url"] = f"{environment.base_url}/webhooks/sms/"  # Twilio tells it no other address
    return {"class": known[urlsplit(url).scheme], "options": options}


def _options(name: str, url: str, schemes: tuple[str, ...]) -> dict[str, str]:
    """``scheme://account:secret@place?more=…`` in parts. Raises Misconfigured, naming the variable."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise Misconfigured(f"{name} cannot be read: {error}.") from error
    if parts.scheme not in schemes:
        raise Misconfigured(f"{name} must start with {schemes[0]}:// or local:, see docs/channels.md.")
    account, secret = unquote(parts.username or ""), unquote(parts.password or "")
    query = dict(parse_qsl(parts.query))
    needed = {"account": account, "secret": secret, "from": query.get("from", "")}
    missing = [what for what, value in needed.items() if not value]
    if missing:
        raise Misconfigured(f"{name} lacks {', '.join(missing)}; see docs/channels.md.")
    return {**query, "account": account, "secret": secret}
