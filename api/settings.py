"""Settings of the API, from environment variables; every problem is named at once."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from api.access.addresses import networks
from api.database.address import can_be_read
from core.addresses import is_loopback
from core.settings import DATABASE_URL, LogLevel, from_environment, load_settings, variable_of

PREFIX: Final = "PLATSPULS_API_"


class ApiSettings(BaseSettings):
    """Where the API listens and how it asks the database. Each is an environment variable of its name."""

    model_config = from_environment(PREFIX)

    database_url: Annotated[
        SecretStr,
        Field(
            validation_alias=DATABASE_URL,
            description="Address of the database, such as postgresql://user@host/platspuls?passfile=FILE; the password "
            "may stand in it, or in such a file of libpq. The user needs no more than the role platspuls_reader.",
        ),
    ]
    write_database_url: Annotated[
        SecretStr | None,
        Field(
            description="Address of the same database for what people write, where it is another user who has the role "
            "platspuls_staff. Left out: the user of PLATSPULS_DATABASE_URL must have it."
        ),
    ] = None
    host: Annotated[
        str,
        Field(
            min_length=1,
            description="Address to listen on. Beyond loopback it needs TLS (tls_certificate, or a trusted_proxy) and "
            "a key or login that was made before.",
        ),
    ] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535, description="Port to listen on; 0 takes a free one.")] = 8080
    host_names: Annotated[
        str,
        Field(
            description="Names that the API answers to, with commas between: what proxies and browsers call it in the "
            "header Host. A wrong name is refused, so that no web page can read it under a name of its own."
        ),
    ] = "localhost,127.0.0.1,[::1]"
    tls_certificate: Annotated[
        Path | None, Field(description="File of our certificate and those above it, PEM. With it, all is https.")
    ] = None
    tls_key: Annotated[Path | None, Field(description="File of the certificate's private key, PEM.")] = None
    trusted_proxy: Annotated[
        str,
        Field(
            description="Addresses or networks of the proxy in front of us, with commas between, such as 10.0.0.2. It "
            "must take https alone and set X-Forwarded-For and X-Forwarded-Proto; these are believed of nobody else."
        ),
    ] = ""
    public_sites: Annotated[
        str,
        Field(description="Keys of sites, with commas between, whose public figures anybody may have without a key."),
    ] = ""
    requests_per_minute: Annotated[
        int,
        Field(
            ge=1,
            le=1_000_000,
            description="How many requests a key, a login, or an address without either may send a minute in the "
            "long run; then the answer is 429. Not counted on this machine where no key was ever made.",
        ),
    ] = 600
    request_burst: Annotated[
        int, Field(ge=1, le=1_000_000, description="How many of these requests may come at once.")
    ] = 120
    access_keep_s: Annotated[
        float,
        Field(
            gt=0,
            le=60,
            description="How long a key or login is believed without asking the database again, in seconds: what was "
            "revoked opens nothing after that.",
        ),
    ] = 5.0
    connections: Annotated[int, Field(ge=1, le=100, description="Most connections to the database.")] = 8
    client_connections: Annotated[
        int,
        Field(
            ge=10,
            le=10_000,
            description="Most connections of clients at a time. Where all are taken, the one that has waited longest "
            "without a whole request is ended.",
        ),
    ] = 500
    database_wait_s: Annotated[
        float, Field(gt=0, le=60, description="Longest wait for a connection before the answer is 503, in seconds.")
    ] = 30.0
    statement_timeout_s: Annotated[
        float, Field(gt=0, le=600, description="Longest time a query may take, in seconds.")
    ] = 30.0
    export_timeout_s: Annotated[
        float,
        Field(
            gt=0,
            le=7200,
            description="Longest time a file of numbers may take, its reader's slowness included, in seconds.",
        ),
    ] = 600.0
    work_mem_mb: Annotated[
        int,
        Field(ge=1, le=1024, description="Memory for one sort in the database, in MiB; hashes take eight times it."),
    ] = 32
    live_poll_s: Annotated[
        float,
        Field(gt=0, le=60, description="How often the live numbers of a followed site are looked up, in seconds."),
    ] = 1.0
    live_heartbeat_s: Annotated[
        float, Field(gt=0, le=60, description="Longest silence of a live stream, in seconds; then it is said again.")
    ] = 10.0
    live_clients: Annotated[int, Field(ge=1, le=10_000, description="Most open live streams.")] = 200
    log_level: LogLevel = "info"

    def names(self) -> frozenset[str]:
        """Return the names that the API answers to, in lower case, without ports."""
        return frozenset(_listed(self.host_names.lower()))

    def public(self) -> frozenset[str]:
        """Return the keys of the sites whose public figures anybody may have."""
        return frozenset(_listed(self.public_sites))


def _listed(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(",") if part.strip())


variable: Final = partial(variable_of, ApiSettings)
"""Return the environment variable of a setting."""


def load() -> ApiSettings:
    """Read the settings from the environment. Raises SettingsError with one line a problem."""
    return load_settings(ApiSettings, _refusals)


def _refusals(settings: ApiSettings) -> Iterator[str]:
    yield from _wrong_files(settings)
    yield from _wrong_addresses(settings)
    try:
        proxies = networks(settings.trusted_proxy)
    except ValueError as error:
        yield f"{variable('trusted_proxy')}: {error}"
        return
    if not is_loopback(settings.host) and not proxies and not settings.tls_certificate:
        yield (
            f"{variable('host')} {settings.host} can be reached from other machines, and keys would cross the network "
            f"for all to read: set {variable('tls_certificate')} and {variable('tls_key')}, or name the proxy that "
            f"does TLS in {variable('trusted_proxy')}; or listen on 127.0.0.1"
        )


def _wrong_files(settings: ApiSettings) -> Iterator[str]:
    files = {"tls_certificate": settings.tls_certificate, "tls_key": settings.tls_key}
    missing = [variable(name) for name, path in files.items() if path is None]
    if len(missing) == 1:
        yield f"{missing[0]} must be set too: a certificate and its key belong together"
    for name, path in files.items():
        if path is not None and not path.is_file():
            yield f"{variable(name)} {path} is not a file"


def _wrong_addresses(settings: ApiSettings) -> Iterator[str]:
    urls = {"database_url": settings.database_url, "write_database_url": settings.write_database_url}
    for name, url in urls.items():
        if url and not can_be_read(url.get_secret_value()):
            yield f"{variable(name)} must be like postgresql://user@host/database"
