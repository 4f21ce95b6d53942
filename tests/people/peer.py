"""A provider that plays recorded answers over real HTTP, and remembers what it was asked."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

HANG_UP = "hang up"  # instead of an answer


class Peer:
    """Answers in the order given: (status, body), or ``HANG_UP`` after the request was read. The last one repeats."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked: list[dict] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_fault):
        self.server.shutdown()
        self.server.server_close()

    def _handler(peer):  # noqa: N805 -- the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                is_json = self.headers.get("Content-Type", "").startswith("application/json")
                form = json.loads(body) if is_json else {key: one[0] for key, one in parse_qs(body).items()}
                self.answer("POST", form)

            def do_GET(self):
                self.answer("GET", {key: one[0] for key, one in parse_qs(urlsplit(self.path).query).items()})

            def answer(self, method, sent):
                asked = {"method": method, "path": urlsplit(self.path).path, "sent": sent}
                peer.asked.append({**asked, "authorization": self.headers.get("Authorization", "")})
                given = peer.answers.pop(0) if len(peer.answers) > 1 else peer.answers[0]
                if given == HANG_UP:
                    self.connection.close()
                    return
                status, content = given
                body = (content if isinstance(content, str) else json.dumps(content)).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words):
                pass

        return Handler
