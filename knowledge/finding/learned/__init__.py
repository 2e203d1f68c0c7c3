"""What was learned from questions with known answers; fits one embedder only, told by its fingerprint.

ranker.json    weights of the features, and how often each law answers: a linear model, readable
adapter.npz    moves a question's vector towards the clauses that answer it: a linear map

Made by `python -m evals.retrieval.train`, which also measures what they are worth on questions left out.
"""

from knowledge.finding.learned.model import Adapter, Learned, Ranker, load_learned

__all__ = ["Adapter", "Learned", "Ranker", "load_learned"]
