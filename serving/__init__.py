"""HTTP API, streaming, store, web page, model launcher and the command line."""

VERSION = "0.1.0"
