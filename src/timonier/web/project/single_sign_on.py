"""Single sign-on by OpenID Connect, set up by the environment: its secret never enters the database."""

import os
from pathlib import Path
from typing import Any


def providers() -> dict[str, Any]:
    """allauth's settings for the identity provider of the company, or for none.

    TIMONIER_OIDC_URL (the issuer), TIMONIER_OIDC_CLIENT, TIMONIER_OIDC_SECRET or TIMONIER_OIDC_SECRET_FILE, and
    TIMONIER_OIDC_NAME, the word on the button.
    """
    issuer, client = os.environ.get("TIMONIER_OIDC_URL", ""), os.environ.get("TIMONIER_OIDC_CLIENT", "")
    if not issuer or not client:
        return {}
    secret = os.environ.get("TIMONIER_OIDC_SECRET", "")
    if named := os.environ.get("TIMONIER_OIDC_SECRET_FILE", ""):
        secret = Path(named).read_text(encoding="utf-8").strip()
    app = {
        "provider_id": "company",
        "name": os.environ.get("TIMONIER_OIDC_NAME", "OpenID Connect"),
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True, "token_auth_method": "client_secret_basic"},
    }
    return {"openid_connect": {"APPS": [app]}}
