"""Certificates and licences: recognised in words, compared as facts. Pure, without a database."""

from index.certificates.finding import find_certificates
from index.certificates.vocabulary import Certificate, certificate_for, satisfies, vocabulary

__all__ = ["Certificate", "certificate_for", "find_certificates", "satisfies", "vocabulary"]
