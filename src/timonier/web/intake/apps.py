from django.apps import AppConfig


class Config(AppConfig):
    name = "timonier.web.intake"
    label = "intake"

    def ready(self) -> None:
        """Makes our jobs known to those who run them."""
        from timonier.web.intake import jobs

        assert jobs.app is not None  # noqa: S101 -- importing them is what registers them
