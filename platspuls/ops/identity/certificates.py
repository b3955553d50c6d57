"""A private authority and the certificates it signs: the one file that imports cryptography."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from platspuls.ops.identity.errors import IdentityError

AUTHORITY_DAYS: Final = 3650
CERTIFICATE_DAYS: Final = 825
_BEFORE: Final = timedelta(days=1)
"""Certificates count from the day before: clocks of devices and server need not agree to the minute."""
_NAME: Final = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z")


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate and its private key, both PEM."""

    certificate: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class CertificateDetails:
    """What a certificate says: for whom, and until when."""

    subject: str
    names: tuple[str, ...]
    until: datetime


def make_authority(now: datetime) -> KeyPair:
    """Return a new authority, good for ten years. Whoever has its key can pretend to be the broker."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject("Platspuls private authority")
    builder = (
        _builder(subject, subject, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
    )
    return _pair(builder.sign(key, hashes.SHA256()), key)


def make_server(authority: KeyPair, names: Sequence[str], now: datetime, days: int = CERTIFICATE_DAYS) -> KeyPair:
    """Return a certificate for a server of these names. Raises IdentityError for anything else."""
    alternatives = x509.SubjectAlternativeName([_general_name(name) for name in names])
    return _signed(authority, names[0], ExtendedKeyUsageOID.SERVER_AUTH, now, days, alternatives)


def make_client(authority: KeyPair, name: str, now: datetime, days: int = CERTIFICATE_DAYS) -> KeyPair:
    """Return a certificate for a client. `name` may be longer than a common name, so it stands in a URI beside it."""
    alternatives = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(f"urn:platspuls:{name}")])
    return _signed(authority, name[:64], ExtendedKeyUsageOID.CLIENT_AUTH, now, days, alternatives)


def facts(certificate: bytes, where: str) -> CertificateDetails:
    """Read a certificate. Raises IdentityError when it is none."""
    try:
        read = x509.load_pem_x509_certificate(certificate)
    except ValueError as error:
        raise IdentityError(f"{where} is not a certificate: {error}") from error
    subject = str(read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    return CertificateDetails(subject, tuple(_names(read)), read.not_valid_after_utc)


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in found]


def _signed(  # noqa: PLR0913, PLR0917 - what a certificate is made of
    authority: KeyPair,
    name: str,
    purpose: x509.ObjectIdentifier,
    now: datetime,
    days: int,
    alternatives: x509.SubjectAlternativeName,
) -> KeyPair:
    issuer, issuer_key = _loaded(authority)
    key = ec.generate_private_key(ec.SECP256R1())
    issuer_identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = (
        _builder(_subject(name), issuer.subject, key.public_key(), now, days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(issuer_identifier, critical=False)
        .add_extension(alternatives, critical=False)
    )
    return _pair(builder.sign(issuer_key, hashes.SHA256()), key)


def _loaded(authority: KeyPair) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    try:
        certificate = x509.load_pem_x509_certificate(authority.certificate)
        key = serialization.load_pem_private_key(authority.key, None)
    except (ValueError, TypeError) as error:
        raise IdentityError(f"the authority can't be read: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise IdentityError("the authority's key is of another kind than `platspuls tls init` makes")
    return certificate, key


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        if not _NAME.match(name):
            raise IdentityError(f"{name[:60]!r} is neither a DNS name in lower case nor an IP address") from None
        return x509.DNSName(name)


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> KeyPair:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return KeyPair(certificate.public_bytes(serialization.Encoding.PEM), private)
