"""Pure. What was said, provably: canonical bytes, keys, signed statements, logs and their proofs, bundles.

Knows no airspace. What it accepts once it can prove for ever; the format is docs/specs/record.md, word for word.
"""
