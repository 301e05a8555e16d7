from django.apps import AppConfig


class Config(AppConfig):
    name = "timonier.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """What people do to their own sign-in enters the audit log too."""
        from timonier.web.accounts import step_up, witness

        witness.listen()
        step_up.listen()
