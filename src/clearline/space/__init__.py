"""Pure. Where and when: places, altitudes, shapes, windows and volumes, each kept as entered and as normalised.

Never errs small: what it cannot place exactly it places wider, or refuses.
"""
