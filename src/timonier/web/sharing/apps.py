from django.apps import AppConfig


class Config(AppConfig):
    name = "timonier.web.sharing"
    label = "sharing"
