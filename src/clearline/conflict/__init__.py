"""Pure. Who meets whom: three answers, CONFLICT, CLEAR and CANNOT TELL, exact and then fast."""
