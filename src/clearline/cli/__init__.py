"""I/O. The commands: words of a terminal to calls of `app`, and answers back."""
