from django.apps import AppConfig


class Config(AppConfig):
    name = "timonier.web.dashboards"
    label = "dashboards"

    def ready(self) -> None:
        """Charts drawn elsewhere (files, shares) read our targets and annotations."""
        from timonier.web.dashboards.notes import reader
        from timonier.web.figures.beside import read_with

        read_with(reader())
