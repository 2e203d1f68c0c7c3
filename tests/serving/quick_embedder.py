"""An embeddings server that costs nothing: pairs of characters hashed into 64 numbers. `python quick_embedder.py`
prints its port. It stands in for the real embedder where the server is tested, not the quality of what it finds.
"""

import json
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WIDTH = 64


def vector(text: str) -> list[float]:
    row = [0.01] * WIDTH
    for at in range(len(text) - 1):
        row[zlib.crc32(text[at : at + 2].encode("utf-8", "replace")) % WIDTH] += 1.0
    return row


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer({"data": [{"id": "quick"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        rows = [{"index": i, "embedding": vector(text)} for i, text in enumerate(body["input"])]
        self._answer({"data": rows})

    def _answer(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
