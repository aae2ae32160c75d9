"""What `run.py token` prints is what the service takes."""

import time

import jwt
import pytest
from typer.testing import CliRunner, Result

from app.api.tokens import Scope, Tokens
from app.errors import ConfigurationError, SessionIdError
from cli.main import app
from tests.api.tokens import KEY, SECRET

OWN = {"PROCTOR_API_KEY": KEY, "PROCTOR_API_SECRET": SECRET}


def run(*options: str, **environment: str) -> Result:
    return CliRunner(env={**OWN, **environment}).invoke(app, ["token", *options])


def claims(printed: str) -> dict[str, object]:
    said: dict[str, object] = jwt.decode(printed.strip(), options={"verify_signature": False})
    return said


def test_an_operator_s_token_is_all_that_it_prints() -> None:
    done = run()
    assert done.exit_code == 0
    grant = Tokens(KEY, SECRET).read(done.stdout.removesuffix("\n"))
    assert (grant.scopes, grant.session, grant.room) == (frozenset(Scope), "*", None)
    assert grant.seconds == 3600
    begins = claims(done.stdout)["nbf"]
    assert isinstance(begins, int)
    assert begins <= time.time()


def test_says_what_it_is_told() -> None:
    done = run("--session", "a/b ä", "--scope", "events", "--minutes", "2.5", "--room", "exam")
    grant = Tokens(KEY, SECRET).read(done.stdout.strip())
    assert grant.scopes == {Scope.EVENTS}
    assert (grant.session, grant.room) == ("a/b ä", "exam")
    assert grant.seconds == 150


def test_livekit_s_names_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OWN:
        monkeypatch.delenv(name)
    given = {"LIVEKIT_API_KEY": "other", "LIVEKIT_API_SECRET": "s" * 32}
    done = CliRunner(env=given).invoke(app, ["token"])
    assert claims(done.stdout)["iss"] == "other"
    assert Tokens("other", "s" * 32).read(done.stdout.strip()).session == "*"


def test_without_a_secret_it_says_what_to_set() -> None:
    done = run(PROCTOR_API_KEY="", PROCTOR_API_SECRET="")
    assert isinstance(done.exception, ConfigurationError)
    assert "set PROCTOR_API_KEY and PROCTOR_API_SECRET" in str(done.exception)
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--scope", "watch"), "--scope is some of: control events ingest"),
        (("--scope", ""), "--scope is some of"),
        (("--room", "exam"), "--room needs --session"),
        (("--room", "exam", "--session", "*"), "--room needs --session"),
        (("--minutes", "0"), "--minutes is 0.1 to 1440 "),
        (("--minutes", "1441"), "--minutes is 0.1 to 1440 "),
        (("--minutes", "nan"), "--minutes is 0.1 to 1440 "),
        (("--minutes", "inf", "--scope", "events"), "--minutes is 0.1 to 5256000 "),
    ],
)
def test_a_mistake_is_named(options: tuple[str, ...], complaint: str) -> None:
    done = run(*options, COLUMNS="200")
    assert done.exit_code == 2
    assert complaint in " ".join(done.stderr.split())
    assert done.stdout == ""


def test_an_id_that_cannot_be_is_refused() -> None:
    assert isinstance(run("--session", "x" * 257).exception, SessionIdError)


def test_longer_where_no_media_are_sent() -> None:
    done = run("--minutes", "100000", "--scope", "events")
    assert Tokens(KEY, SECRET).read(done.stdout.strip()).seconds == 6_000_000
