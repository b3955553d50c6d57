"""Logins of the database for the installation's programs: each may do what its role may, and no more."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from store.database import Database, statement, transaction


@dataclass(frozen=True, slots=True)
class DatabaseLogin:
    """A user of the database.

    Attributes:
        name: its name.
        role: what it may.
        reads_only: whether its transactions only read, unless they ask for more.
    """

    name: str
    role: str
    reads_only: bool


LOGINS: Final = (
    DatabaseLogin("ingest", "platspuls_ingest", reads_only=False),
    DatabaseLogin(
        "api", "platspuls_staff", reads_only=False
    ),  # it looks keys up, and runs the commands of those it let in
    DatabaseLogin("grafana", "platspuls_reader", reads_only=True),
)


class LoginError(Exception):
    """A file of a password can't be used."""


def put_logins(database: Database, folder: Path) -> list[str]:
    """Make the logins whose passwords are in `folder`/NAME.password, or give them these passwords. Returns the names.

    The server gets the password's verifier, not the password, so that no log can hold it.

    Args:
        database: a connection in autocommit mode, as a user who may make roles.
        folder: a login without a file there is left as it is.

    Raises:
        LoginError: a file can't be read, or is empty.
        DatabaseError: what the database says, such as that the user may not do this.
    """
    passwords = {login: _password(folder, login.name) for login in LOGINS}
    with transaction(database):
        return [login.name for login, password in passwords.items() if password and _put(database, login, password)]


def _password(folder: Path, name: str) -> str | None:
    path = folder / f"{name}.password"
    try:
        password = path.read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise LoginError(f"{path} can't be read: {error}") from error
    if not password:
        raise LoginError(f"{path} holds no password")
    return password


def _put(database: Database, login: DatabaseLogin, password: str) -> bool:
    verifier = database.pgconn.encrypt_password(password.encode(), login.name.encode(), b"scram-sha-256").decode()
    database.execute(
        statement("access/database_login_describe"),
        {"name": login.name, "role": login.role, "verifier": verifier, "reads_only": login.reads_only},
    )
    database.execute(statement("access/database_login_put"))
    return True
