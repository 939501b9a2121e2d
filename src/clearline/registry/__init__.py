"""Pure. F3548 and F3411 discovery: what a registry decides. It writes nothing and never hands out details."""
