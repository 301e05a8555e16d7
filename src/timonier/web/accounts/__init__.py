"""Who may see and do what: people, roles, scopes, invitations, sign-in."""
