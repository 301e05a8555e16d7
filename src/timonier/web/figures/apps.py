from django.apps import AppConfig


class Config(AppConfig):
    name = "timonier.web.figures"
    label = "figures"
