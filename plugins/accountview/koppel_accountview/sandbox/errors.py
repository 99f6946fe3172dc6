"""The ways this service says no, each knowing its own HTTP answer."""

from __future__ import annotations

from typing import Any

from koppel_accountview.sandbox.switches import Switches

_BARE, _NUMBER = "De bewerking is niet uitgevoerd.", 1526


class Refusal(Exception):
    """A request that is answered with an error; `status` None means the status that AccountView errors get."""

    status: int | None = 400

    def body(self) -> Any:
        """The JSON body of the answer."""
        raise NotImplementedError


class AccountViewError(Refusal):
    """AccountView itself refuses (reference: 3.3 Errors); the text is what a user would read, in Dutch."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status

    def body(self) -> dict[str, Any]:
        """The captured error shape; numbers were never seen to be anything but null."""
        return {"ErrorType": "AccountViewError", "ErrorNumbers": None, "ErrorMessage": self.message}

    def told(self, switches: Switches) -> dict[str, Any]:
        """The body with the text and the numbers that the switches ask for."""
        numbers = {"null": None, "list": [_NUMBER], "text": str(_NUMBER)}[switches.error_numbers]
        message = self.message if switches.error_texts == "dutch" else _BARE
        return {**self.body(), "ErrorNumbers": numbers, "ErrorMessage": message}


class PortalError(Refusal):
    """The web portal refuses before AccountView is asked."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """A .NET web API message."""
        return {"Message": self.message}


class PageError(Refusal):
    """The web server or relay answers with a page instead of JSON."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title

    def body(self) -> str:
        """The HTML page."""
        return f"<!DOCTYPE html><html><head><title>{self.title}</title></head><body><h1>{self.title}</h1></body></html>"


class OAuthError(Refusal):
    """The token address refuses, in the words of OAuth 2."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.status = status

    def body(self) -> dict[str, Any]:
        """The `error` and its description."""
        return {"error": self.code, "error_description": self.description}
