"""The command line: `python -m serving …`, which `./pingji` runs."""

import os
import sys

# Before anything imports langgraph: a checkpoint may hold plain types only, never a pickled object.
os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")

from serving.cli.main import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
