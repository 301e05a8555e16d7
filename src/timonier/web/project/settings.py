"""Django's settings: what differs between two installations comes from the environment, nothing has a weak default."""

from pathlib import Path
from typing import Any

from django.utils.csp import CSP

from timonier.web.project.mailing import mailers, sender
from timonier.web.project.single_sign_on import providers
from timonier.web.project.surroundings import database_settings, surroundings

HERE = surroundings()
WORKSPACE = HERE.workspace
WEB = Path(__file__).resolve().parents[1]

SECRET_KEY = HERE.secret
DEBUG = False
ALLOWED_HOSTS = HERE.hosts
CSRF_TRUSTED_ORIGINS = [HERE.public] if HERE.public else []
ROOT_URLCONF = "timonier.web.project.urls"
WSGI_APPLICATION = "timonier.web.project.wsgi.application"
SITE_NAME = "Timonier"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "timonier.web.core",  # before allauth: its pages wear our clothes
    "timonier.web.accounts",
    "timonier.web.figures",
    "timonier.web.dashboards",
    "timonier.web.intake",
    "timonier.web.sharing",
    "timonier.web.workshop",
    "django_htmx",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "timonier.web.core.middleware.NaughtyBytes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "timonier.web.accounts.middleware.Preferences",
    "timonier.web.accounts.middleware.AccessControl",
    "timonier.web.core.middleware.OneStateOfFacts",
    "timonier.web.core.middleware.KnownErrors",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "timonier.web.accounts.context.surround",
            ],
            "builtins": [
                "timonier.web.core.templatetags.words",
                "timonier.web.core.templatetags.figures",
                "timonier.web.core.templatetags.icons",
                "timonier.web.figures.templatetags.cards",
            ],
        },
    }
]

DATABASES = {"default": database_settings(HERE.database)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Counters of sign-in attempts are shared by all processes; figures are kept by `core.memory`, a process each.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "__Host-timonier" if HERE.encrypted else "timonier"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HERE.encrypted
CSRF_COOKIE_NAME = "__Host-timonier-form" if HERE.encrypted else "timonier-form"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "timonier.web.core.errors.form_expired"
SECURE_SSL_REDIRECT = False  # the proxy that holds the certificate does it
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HERE.encrypted else None
SECURE_HSTS_SECONDS = 31_536_000 if HERE.encrypted else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "timonier.web.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by its invitation
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900  # seconds: what counts as a recent sign-in before something grave
# Over HTTPS people come through the proxy that holds the certificate: all of them counted as one address, anyone could
# lock everybody out. The last address of X-Forwarded-For is the one that the proxy saw.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HERE.encrypted else 0
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HERE.encrypted  # browsers allow it on this machine only
MFA_FORMS = {
    "login_webauthn": "timonier.web.accounts.keys.SignInByKey",
    "authenticate_webauthn": "timonier.web.accounts.keys.SecondFactorByKey",
    "reauthenticate_webauthn": "timonier.web.accounts.keys.ConfirmByKey",
}
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # a code read just before it changed still serves: RFC 6238, 5.2
SOCIALACCOUNT_ADAPTER = "timonier.web.accounts.adapters.SingleSignOn"
SOCIALACCOUNT_STORE_TOKENS = False
# By a link, not a form: browsers hold `form-action 'self'` against the redirection to the provider too. What a forged
# link could do is sign a person in as themselves; the `state` of the exchange guards the rest.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = providers()

BRIDGE_PATIENCE = 0.15  # seconds: figures that take longer come to the first page after it
INDICATOR_PATIENCE = 3.0  # seconds after which the page of an indicator says that it is being counted

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # instants are shown on the clock of the business, which belongs to the workspace

STATIC_URL = "static/"
STATIC_ROOT = WORKSPACE / "cache" / "static"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
MAILERS = mailers()  # no message leaves before someone names a server
MAIL_IS_SET = bool(MAILERS["default"].get("OPTIONS"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = sender()

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
