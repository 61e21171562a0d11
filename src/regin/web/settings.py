"""The one settings file. Everything that differs between installations is read in `environment`."""

import os
from pathlib import Path

from regin import __version__
from regin.web.environment import Environment

ENVIRONMENT = Environment(os.environ)
WEB = Path(__file__).parent

REGIN_VERSION = __version__
REGIN_DIR = ENVIRONMENT.directory()
REGIN_BIND = ENVIRONMENT.bind()
REGIN_BASE_URL = ENVIRONMENT.base_url() or f"http://{REGIN_BIND[0]}:{REGIN_BIND[1]}"
# Asked only by `fetch` commands and by the refresh of series that somebody has switched on.
REGIN_EUROSTAT_URL = ENVIRONMENT.eurostat_url()
REGIN_GISCO_URL = ENVIRONMENT.gisco_url()
# Layout of every page type is tried with a mirrored pseudo language; never offered to people.
REGIN_PSEUDO_LANGUAGE = ENVIRONMENT.switch("REGIN_PSEUDO_LANGUAGE")

SECRET_KEY = ENVIRONMENT.secret_key()
DEBUG = False
ALLOWED_HOSTS = ENVIRONMENT.hosts()
HTTPS = REGIN_BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "rules",
    "regin.apps.identity",
    "regin.apps.common",
    "regin.apps.accounts",
    "regin.apps.regions",
    "regin.apps.outcomes",
    "regin.apps.assessments",
    "regin.web",
]

MIDDLEWARE = [
    # These two stand first, so that errors and redirects carry their headers too.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "regin.web.middleware.FriendlyErrors",
    "regin.web.middleware.BodyLimit",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "regin.apps.accounts.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "regin.web.middleware.PersonalPagesStayPrivate",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "regin.web.urls"
WSGI_APPLICATION = "regin.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "regin.web.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "regin.apps.common.templatetags.numbers",
            ],
        },
    }
]

DATABASES = {"default": ENVIRONMENT.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # In the database, so that rate limits count over all processes of an instance.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache"},
}

# --- people -----------------------------------------------------------------
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "accounts:me"
LOGIN_URL = "account_login"
LOGOUT_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "regin.apps.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "regin.apps.accounts.forms.SignupExtra"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
# By address of the network, never by account: guessing must not lock the owner out (decision 0006).
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,60/h/ip", "reset_password": "10/m/ip,20/h/key"}
# Behind the proxy that ends HTTPS, the caller's address is the one the proxy reports.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "REGIN"
# A code counts for one more period, so that typing slowly is no mistake.
MFA_TOTP_TOLERANCE = 1

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [REGIN_BASE_URL]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
CSRF_FAILURE_VIEW = "regin.web.views.csrf_failure"

# --- languages --------------------------------------------------------------
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("ca", "Català"),
    ("es", "Español"),
    ("it", "Italiano"),
    ("pt", "Português"),
    ("sv", "Svenska"),
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("ar", "العربية"),
]
CONTENT_LANGUAGES = [code for code, _ in LANGUAGES if code != "ar"]
PSEUDO_LANGUAGE = "ar-xb"
LANGUAGES_BIDI = ["ar", PSEUDO_LANGUAGE]
if REGIN_PSEUDO_LANGUAGE:
    LANGUAGES = [*LANGUAGES, (PSEUDO_LANGUAGE, "Pseudo")]
LOCALE_PATHS = [WEB / "locale"]
FORMAT_MODULE_PATH = "regin.web.formats"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- files, mail, work, logs ------------------------------------------------
STATIC_URL = "/static/"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": REGIN_DIR / "files", "base_url": None},
    },
    "staticfiles": {"BACKEND": "regin.web.static_files.VersionedStorage"},
}
# The files lie in the installed package: nothing has to be collected to serve them.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 24 * 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

_EMAIL = ENVIRONMENT.email()
EMAIL_BACKEND = _EMAIL["EMAIL_BACKEND"]
EMAIL_FILE_PATH = _EMAIL.get("EMAIL_FILE_PATH")
EMAIL_HOST = _EMAIL.get("EMAIL_HOST", "localhost")
EMAIL_PORT = _EMAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _EMAIL.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _EMAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = _EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_USE_TLS = _EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = _EMAIL.get("EMAIL_TIMEOUT")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _EMAIL["DEFAULT_FROM_EMAIL"]

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "regin.web.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": ENVIRONMENT.log_level()},
    "loggers": {"django.server": {"level": "WARNING"}},
}
