"""Every table by name, so that migrations see them all."""

from privacy_center.records.anchor import Anchor, AnchoredHead
from privacy_center.records.case import Case, Edition
from privacy_center.records.challenge import Challenge
from privacy_center.records.counter import Counter
from privacy_center.records.event import Event, HouseEvent
from privacy_center.records.letter import Letter
from privacy_center.records.mandate import Mandate
from privacy_center.records.package import PackageFile
from privacy_center.records.people import Identifier, Text
from privacy_center.records.preference import Correction, Fingerprint, FingerprintKey, Preference
from privacy_center.records.probe import Finding, Probe
from privacy_center.records.rows import METADATA
from privacy_center.records.session import Session
from privacy_center.records.signing_key import SigningKey
from privacy_center.records.staff import Staff
from privacy_center.records.telling import Delivery, Silenced, Telling
from privacy_center.records.token import Alias, Token

__all__ = [
    "METADATA",
    "Alias",
    "Anchor",
    "AnchoredHead",
    "Case",
    "Challenge",
    "Correction",
    "Counter",
    "Delivery",
    "Edition",
    "Event",
    "Finding",
    "Fingerprint",
    "FingerprintKey",
    "HouseEvent",
    "Identifier",
    "Letter",
    "Mandate",
    "PackageFile",
    "Preference",
    "Probe",
    "Session",
    "SigningKey",
    "Silenced",
    "Staff",
    "Telling",
    "Text",
    "Token",
]
