from django.apps import AppConfig


class Config(AppConfig):
    name = "timonier.web.intake"
    label = "intake"
