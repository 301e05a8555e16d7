"""The web application: one Django app a noun; nothing below knows that it exists."""
