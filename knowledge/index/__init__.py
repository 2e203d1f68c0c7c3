"""The derived index: characters and vectors in immutable segments; a generation is a list of them.

    index/CURRENT                       gen-000007.2
    index/gen-000007.2.json             the manifest: segments, their checksums, how they were made
    index/segments/lexical-….../        postings of some clauses
    index/segments/dense-….../          vectors of some clauses

A publish writes a small segment of what is new, then a manifest, then the pointer; small segments are merged
afterwards. Vectors follow the words: they arrive as further revisions (.1, .2, …) of the same generation. What was
deleted, or is not in force on the day asked for, is masked out from the documents table (standing.py), so the
index holds no truth of its own. Segments are memory-mapped and shared by all processes that search.
"""
