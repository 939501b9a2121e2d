"""Pure. The line between parties: who may say what to whom, what was said, what it means, and what is still open.

Acknowledgement is never approval; silence is never agreement; no order stops the receipt of a safety message.
"""
