"""An embeddings server that costs nothing: pairs of characters hashed into 64 numbers.

`python quick_embedder.py [WORD]` prints its port; a request whose first text holds the word takes two seconds,
and the list of models tells how many texts such requests held.
It stands in for the real embedder where the server is tested, not the quality of what it finds.
"""

import json
import sys
import time
import zlib
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WIDTH = 64


def vector(text: str) -> list[float]:
    row = [0.01] * WIDTH
    for at in range(len(text) - 1):
        row[zlib.crc32(text[at : at + 2].encode("utf-8", "replace")) % WIDTH] += 1.0
    return row


class Handler(BaseHTTPRequestHandler):
    slow = 0

    def do_GET(self) -> None:
        self._answer({"data": [{"id": "quick"}], "slow": Handler.slow})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if any(word in body["input"][0] for word in sys.argv[1:]):
            Handler.slow += len(body["input"])
            time.sleep(2)
        rows = [{"index": i, "embedding": vector(text)} for i, text in enumerate(body["input"])]
        self._answer({"data": rows})

    def _answer(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):  # the server under test was killed meanwhile
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
