from django.apps import AppConfig


class Config(AppConfig):
    name = "timonier.web.intake"
    label = "intake"

    def ready(self) -> None:
        """Makes our jobs known to those who run them."""
        import timonier.web.intake.jobs  # noqa: F401  importing them is what registers them
