"""I/O. Files, streams and clocks: the only floor that touches the world; it decides nothing."""
