"""Are versions of one law found, ordered, and ended on the right day?"""
