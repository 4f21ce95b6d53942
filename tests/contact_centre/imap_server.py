"""A mailbox that speaks as much IMAP as the poller uses, on a port of its own."""

import re
import socketserver
import threading


class Mailbox:
    """Letters with their number and whether they were seen; ``breaks_at`` hangs up when that letter is asked for."""

    def __init__(self, *letters: bytes, breaks_at: int | None = None):
        self.letters = list(letters)
        self.seen: set[int] = set()
        self.breaks_at = breaks_at
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"imap://school:p%40ss@127.0.0.1:{self.server.server_address[1]}/INBOX"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_fault):
        self.server.shutdown()
        self.server.server_close()

    def _handler(box):  # noqa: N805 -- the handler has a self of its own
        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                self.say(b"* OK ready")
                for line in self.rfile:
                    tag, _space, command = line.decode().strip().partition(" ")
                    if not self.answer(tag, command):
                        return

            def say(self, words: bytes):
                self.wfile.write(words + b"\r\n")

            def answer(self, tag, command):
                word = command.split(" ")[0].upper()
                if word == "CAPABILITY":
                    self.say(b"* CAPABILITY IMAP4rev1")
                elif word == "LOGIN" and '"p@ss"' not in command:
                    self.say(f"{tag} NO wrong password".encode())
                    return True
                elif word == "SELECT":
                    self.say(f"* {len(box.letters)} EXISTS".encode())
                elif command.upper().startswith("UID SEARCH"):
                    unseen = [str(n) for n in range(1, len(box.letters) + 1) if n not in box.seen]
                    self.say(f"* SEARCH {' '.join(unseen)}".encode())
                elif command.upper().startswith("UID FETCH"):
                    if not self.fetch(command):
                        return False
                elif command.upper().startswith("UID STORE"):
                    box.seen.add(int(command.split()[2]))
                elif word == "LOGOUT":
                    self.say(b"* BYE")
                self.say(f"{tag} OK done".encode())
                return True

            def fetch(self, command):
                number = int(command.split()[2])
                letter = box.letters[number - 1]
                if "RFC822.SIZE" in command:
                    self.say(f"* {number} FETCH (UID {number} RFC822.SIZE {len(letter)})".encode())
                    return True
                if number == box.breaks_at:
                    return False
                part = re.search(r"<0\.(\d+)>", command)
                content = letter[: int(part[1])] if part else letter
                self.say(f"* {number} FETCH (UID {number} BODY[] {{{len(content)}}}".encode())
                self.wfile.write(content)
                self.say(b")")
                return True

        return Handler
