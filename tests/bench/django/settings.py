"""The application of the well-known tutorial, in one directory, as small as Django lets it be."""

import os

SECRET_KEY = "for loopback, for the time of a measurement"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
USE_TZ = True

MQTT_SERVER = "127.0.0.1"
MQTT_PORT = int(os.environ["MQTT_PORT"])
MQTT_KEEPALIVE = 60
MQTT_USER = ""
MQTT_PASSWORD = ""
