"""Clearline beside its peers: one generator, one run, CPU time, the same pairs or an account of every difference."""
