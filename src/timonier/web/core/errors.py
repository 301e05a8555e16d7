"""Errors as pages: each says what happened and what to do, with an identifier to quote."""

import logging
import secrets
import sys
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from timonier.errors import StoreDamaged, StoreError, StoreLocked, TimonierError, UnknownName
from timonier.text import language

log = logging.getLogger("timonier.web")


def known_error(request: HttpRequest, error: TimonierError) -> HttpResponse:
    """A page for an error of ours; a card alone when htmx asked for a part of a page."""
    status = HTTPStatus.BAD_REQUEST
    if isinstance(error, UnknownName):
        status = HTTPStatus.NOT_FOUND
    elif isinstance(error, StoreDamaged | StoreLocked | StoreError):
        status = HTTPStatus.SERVICE_UNAVAILABLE
        log.error("store: %s", error)
    template = "core/parts/error_card.html" if request.headers.get("HX-Request") else "400.html"
    return render(request, template, {"error": error, "error_id": _identifier()}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that no page sends."""
    return HttpResponse(_alone("400.html"), status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Something that this person may not do."""
    return render(request, "403.html", {"layout": _layout(request)}, status=HTTPStatus.FORBIDDEN)


def _layout(request: HttpRequest) -> str:
    """People who are signed in keep their menu."""
    known = getattr(request, "user", None)
    return "core/base.html" if known is not None and known.is_authenticated else "core/entrance.html"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page."""
    return render(request, "404.html", {"layout": _layout(request)}, status=HTTPStatus.NOT_FOUND)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent without its token: the page was open too long, or came from elsewhere."""
    return render(request, "403.html", {"form_expired": True}, status=HTTPStatus.FORBIDDEN)


def failed(request: HttpRequest) -> HttpResponse:
    """What we did not foresee, or a database that does not answer: a page that needs neither."""
    error = sys.exc_info()[1]
    identifier = _identifier()
    if isinstance(error, OperationalError | InterfaceError):
        log.error("database: %s", error)
        page = _alone("503.html", error_id=identifier)
        return HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "5"})
    if isinstance(error, DatabaseError):
        log.error("database refused: %s", error)
    log.error("error %s on %s", identifier, request.path, exc_info=error)
    return HttpResponse(_alone("500.html", error_id=identifier), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _alone(template: str, **context: Any) -> str:
    """A page drawn without request: no session, no person, no database."""
    return render_to_string(template, {"lang": language.get(), "theme": "auto", **context})


def _identifier() -> str:
    return secrets.token_hex(4)
