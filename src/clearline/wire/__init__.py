"""Pure. Bytes to values and back: the only place that knows JSON and every file format, its axis order and its units.

Raises one error, `MalformedError`, whatever the bytes.
"""
