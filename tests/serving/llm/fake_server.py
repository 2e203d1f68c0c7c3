"""A stand-in for a model server, run as a process: python fake_server.py PORT MODE.

Modes: ok; refuse (answers 500 to questions); slow (never healthy); die (exits with a message);
child (starts a child in its session, then is ok); stubborn (ignores SIGTERM).
"""

import signal
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    mode = "ok"

    def do_GET(self) -> None:
        self.send_response(503 if self.mode == "slow" else 200)
        self.end_headers()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(500 if self.mode == "refuse" else 200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        return


def main(port: int, mode: str) -> None:
    if mode == "die":
        sys.exit("RuntimeError: not enough memory for the weights")
    if mode == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if mode == "child":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Handler.mode = mode
    print("up", flush=True)
    HTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
