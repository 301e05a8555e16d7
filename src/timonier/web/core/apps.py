from django.apps import AppConfig


class Config(AppConfig):
    name = "timonier.web.core"
    label = "core"
