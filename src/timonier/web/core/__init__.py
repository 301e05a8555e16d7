"""What every page stands on: words, figures, errors, the desk, the audit log."""
