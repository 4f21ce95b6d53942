"""Passkeys and second steps, with the browser's own authenticator."""

import re
from uuid import uuid4

import pytest

pytestmark = pytest.mark.browser
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_passkey_opens_the_same_account_as_the_code(demo, new_page):
    page = new_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    email = f"clau.{uuid4().hex[:8]}@correu.example"
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.press("input[name=login]", "Enter")
    page.wait_for_url("**/login/code/confirm/**")
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", _text(demo.mail_to(email)), re.MULTILINE).group(1)
    page.fill("input[name=code]", code)
    page.press("input[name=code]", "Enter")
    page.wait_for_url("**/campus/**")

    page.goto("/accounts/2fa/webauthn/add/")
    page.fill("input[name=name]", "Portàtil")
    page.check("input[name=passwordless]")
    page.locator("form button[type=submit], #mfa_webauthn_add").last.click()
    page.wait_for_url(re.compile(r"/accounts/2fa/(recovery-codes/.*|webauthn/)$"))
    page.goto("/accounts/logout/")
    page.locator("main form button").first.click()

    page.goto("/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_url("**/campus/**")
    page.goto("/accounts/email/")
    assert email in page.locator("main").inner_text()
    assert any("clau" in str(mail["Subject"]).lower() for mail in demo.mails_to(email))


def _text(mail) -> str:
    return mail.get_body(("plain",)).get_content()
