def kpi(name: str) -> None:
    """To come."""
