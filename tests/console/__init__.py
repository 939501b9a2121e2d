"""The console's own sources: what can be held to the node without a browser."""
