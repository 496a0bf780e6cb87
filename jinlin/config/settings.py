"""Settings of one node; everything a deployer may change comes from the environment (docs/reference/settings.md)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("JINLIN_HOME", "var")).resolve()
DEBUG = os.environ.get("JINLIN_DEBUG", "") == "1"
HTTPS = os.environ.get("JINLIN_HTTPS", "") == "1"


def _secret_key() -> str:
    """Return the signing key of this node, made on first use and kept beside the data with mode 0600."""
    if given := os.environ.get("JINLIN_SECRET_KEY"):
        return given
    path = HOME / "keys" / "django.key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = secrets.token_urlsafe(64)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(made)
    return made


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("JINLIN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and host not in ("*", "")]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "jinlin.kernel",
    "jinlin.audit",
    "jinlin.files",
    "jinlin.places",
    "jinlin.people",
    "jinlin.orgs",
    "jinlin.cases",
    "jinlin.gatherings",
    "jinlin.initiatives",
    "jinlin.mediation",
    "jinlin.circle",
    "jinlin.insight",
    "jinlin.performance",
    "jinlin.notices",
    "jinlin.web",
    "jinlin.config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jinlin.web.middleware.LanguageMiddleware",
    "jinlin.api.errors.ProblemMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "jinlin.web.middleware.PageMiddleware",  # CSP, sessions, log-in, messages: not for the API
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "jinlin.web.middleware.ActorMiddleware",
    "jinlin.web.middleware.ErrorMiddleware",
]
CACHES = {"default": {"BACKEND": "jinlin.kernel.cache.ObjectCache"}}
ROOT_URLCONF = "jinlin.config.urls"
WSGI_APPLICATION = "jinlin.config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.messages.context_processors.messages",
                "jinlin.web.context.shell",
            ],
        },
    }
]


ONLY_ASKED_FOR = (
    1_000_000_000  # no statement is prepared for being frequent, only those `kernel.rows` asks for
)


def _database() -> dict[str, Any]:
    """Return the one database: SQLite behind the fair write gate by default, PostgreSQL by DATABASE_URL."""
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("sqlite"):
        return {"ENGINE": "jinlin.kernel.sqlite3", "NAME": url.split("///", 1)[-1]}
    if url:
        found: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
        found.setdefault("OPTIONS", {})["prepare_threshold"] = ONLY_ASKED_FOR
        return found
    HOME.mkdir(parents=True, exist_ok=True)
    return {"ENGINE": "jinlin.kernel.sqlite3", "NAME": str(HOME / "jinlin.sqlite3"), "CONN_MAX_AGE": None}


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "/login"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("JINLIN_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "web" / "static" / "dist"  # built in place by `make assets`; nothing to collect
WHITENOISE_MAX_AGE = 31_536_000 if not DEBUG else 0

SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "jinlin.web.errors.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXIES = frozenset(filter(None, os.environ.get("JINLIN_TRUSTED_PROXIES", "").split(",")))

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 9
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_PERMISSIONS = 0o600

JINLIN_HOME = HOME
JINLIN_PHONE = os.environ.get("JINLIN_PHONE", "12345")
JINLIN_DEFAULT_PLACE = os.environ.get("JINLIN_DEFAULT_PLACE", "")
JINLIN_NAME = os.environ.get("JINLIN_NAME", "近邻")
# Digests for a unit's duty phone or group go to this gateway of the deployer; "": only the box inside.
JINLIN_NOTICE_WEBHOOK = os.environ.get("JINLIN_NOTICE_WEBHOOK", "")
JINLIN_WORKERS = os.environ.get("JINLIN_WORKERS", "1") or "1"
JINLIN_CRYPTO_SUITE = os.environ.get("JINLIN_CRYPTO_SUITE", "intl")
JINLIN_RATE_LIMITS = os.environ.get("JINLIN_RATE_LIMITS", "on") == "on"
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"secrets": {"()": "jinlin.kernel.logs.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("JINLIN_LOG", "WARNING")},
}
