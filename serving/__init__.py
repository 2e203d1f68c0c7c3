"""HTTP API, streaming, store, web page, model launcher and the command line."""
