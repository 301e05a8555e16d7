"""Settings: the company, dimensions, own indicators, people, the audit log."""
