"""I/O. Wires the floors together; alone knows them all, and has no rule of its own."""
