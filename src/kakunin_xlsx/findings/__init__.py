"""確認事項: findings as data, and the one catalogue of their codes and words."""

from kakunin_xlsx.findings.model import Finding, Kind, Place, Severity, brief

__all__ = ["Finding", "Kind", "Place", "Severity", "brief"]
