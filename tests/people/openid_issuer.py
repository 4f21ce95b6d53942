"""An OpenID Connect issuer on this machine: whoever is sent to it comes back as the account it vouches for."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT, SECRET = "escola", "issuer-secret"


class Issuer(ThreadingHTTPServer):
    """Answers discovery, authorisation, token and userinfo; ``account`` holds the claims of who signs in next."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Pages)
        self.account: dict = {}
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def entry(self) -> str:
        """This issuer as ``SOCIAL_LOGINS`` names it."""
        return f"openid+http://{CLIENT}:{SECRET}@{self.origin.removeprefix('http://')}/?name=Campus"

    def close(self):
        self.shutdown()
        self.server_close()


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self):
        page = urlsplit(self.path)
        origin = self.server.origin
        if page.path == "/.well-known/openid-configuration":
            self._answer(
                {
                    "issuer": origin,
                    "authorization_endpoint": f"{origin}/authorize",
                    "token_endpoint": f"{origin}/token",
                    "userinfo_endpoint": f"{origin}/userinfo",
                    "jwks_uri": f"{origin}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif page.path == "/authorize":
            asked = {key: values[0] for key, values in parse_qs(page.query).items()}
            back = urlencode({"code": "a-code", "state": asked["state"]})
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()
        elif page.path == "/userinfo" and self.headers["Authorization"] == "Bearer an-access-token":
            self._answer(self.server.account)
        else:
            self.send_error(404)

    def do_POST(self):
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if sent["code"] == ["a-code"] and sent["client_secret"] == [SECRET]:
            self._answer({"access_token": "an-access-token", "token_type": "Bearer", "expires_in": 300})
        else:
            self.send_error(400)

    def _answer(self, content):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        """Quiet: the tests read answers, not logs."""
