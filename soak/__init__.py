"""I/O. Very many pairs against oracles that share nothing with the engine: run by hand, for as long as one likes."""
