"""The forward pass: token ids -> mean-pooled vectors. float32 throughout."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from knowledge.e5.weights import Array, Layer, Weights, dequantise

# Rows of the widest activation (1,536 floats each) that stay in a core's second-level cache.
CACHE_ROWS = 48


class Encoder:
    """Stateless after loading: safe from several threads, which is how two cores are used."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def means(self, texts: Sequence[Sequence[int]]) -> Array:
        """(n, hidden): the mean of each text's token vectors, not yet of unit length.

        All texts go through each matrix in one product; attention stays inside each text. Every text must
        have at most `weights.max_tokens` ids.
        """
        weights = self._weights
        marked = [[weights.begin, *ids, weights.end] for ids in texts]
        bounds = np.cumsum([0, *map(len, marked)])
        places = np.concatenate([np.arange(len(ids)) for ids in marked])
        rows = dequantise(weights.words[np.concatenate(marked)]) + weights.positions[places]
        self._normalise(rows, weights.embedding_norm)
        for layer in weights.layers:
            rows = self._layer(layer, rows, bounds.tolist())
        sums: Array = np.add.reduceat(rows, bounds[:-1], axis=0)
        return sums / np.diff(bounds)[:, None].astype(np.float32)

    def _layer(self, layer: Layer, rows: Array, bounds: list[int]) -> Array:
        mixed = self._attention(_product(rows, layer.qkv) + layer.qkv_bias, bounds)
        attended = _product(mixed, layer.attention_out)
        attended += layer.attention_out_bias
        attended += rows
        self._normalise(attended, layer.attention_norm)
        raised = _product(attended, layer.up)
        for start in range(0, len(raised), CACHE_ROWS):
            part = raised[start : start + CACHE_ROWS]
            part += layer.up_bias
            _gelu(part)
        lowered = _product(raised, layer.down)
        lowered += layer.down_bias
        lowered += attended
        self._normalise(lowered, layer.output_norm)
        return lowered

    def _attention(self, qkv: Array, bounds: list[int]) -> Array:
        """(tokens, 3 * hidden) -> (tokens, hidden)."""
        heads, width = self._weights.heads, self._weights.hidden // self._weights.heads
        mixed = np.empty((len(qkv), self._weights.hidden), np.float32)
        for start, end in pairwise(bounds):
            query, key, value = qkv[start:end].reshape(-1, 3, heads, width).transpose(1, 2, 0, 3)
            scores = (query * np.float32(width**-0.5)) @ key.transpose(0, 2, 1)
            scores -= scores.max(axis=-1, keepdims=True)
            np.exp(scores, out=scores)
            scores /= scores.sum(axis=-1, keepdims=True)
            mixed[start:end] = (scores @ value).transpose(1, 0, 2).reshape(end - start, -1)
        return mixed

    def _normalise(self, rows: Array, norm: tuple[Array, Array]) -> None:
        """Layer normalisation, in place."""
        rows -= rows.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", rows, rows)[:, None] / np.float32(rows.shape[1])
        rows /= np.sqrt(variance + np.float32(self._weights.epsilon))
        rows *= norm[0]
        rows += norm[1]


def _product(left: Array, right: Array) -> Array:
    # NumPy's stubs widen `@` to float64; at run time float32 stays and nothing is copied.
    return np.asarray(left @ right, np.float32)


def _gelu(x: Array) -> None:
    """x * Phi(x), in place: max(x, 0) - |x| / 2 * erfc(|x| / sqrt 2).

    erfc by the polynomial 7.1.26 of Abramowitz and Stegun, absolute error below 2e-7: NumPy has exp in
    vector instructions and no erf.
    """
    size = np.abs(x)
    scaled = size * np.float32(0.5**0.5)
    t = np.float32(1) / (np.float32(1) + np.float32(0.3275911) * scaled)
    tail = t * np.float32(1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += np.float32(coefficient)
        tail *= t
    scaled *= -scaled
    tail *= np.exp(scaled, out=scaled)
    tail *= size
    tail *= np.float32(0.5)
    np.maximum(x, 0, out=x)
    x -= tail
