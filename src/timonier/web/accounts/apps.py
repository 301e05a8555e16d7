from django.apps import AppConfig


class Config(AppConfig):
    name = "timonier.web.accounts"
    label = "accounts"
