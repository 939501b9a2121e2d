"""Histories of a registry asked by many at once, and the judge of whether any one order explains them."""
