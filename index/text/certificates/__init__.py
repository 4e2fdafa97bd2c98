"""Certificates and licences: recognised in words, compared as facts. Pure, without a database."""

from index.text.certificates.finding import VOCATIONAL, find_certificates
from index.text.certificates.vocabulary import Certificate, certificate_for, satisfies, vocabulary

__all__ = [
    "VOCATIONAL",
    "Certificate",
    "certificate_for",
    "find_certificates",
    "satisfies",
    "vocabulary",
]
