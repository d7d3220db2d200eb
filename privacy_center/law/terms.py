"""Terms: the closed lists of words that the law library is written in."""

from enum import StrEnum


class Role(StrEnum):
    """Who takes a step."""

    requester = "requester"
    agent = "agent"
    handler = "handler"
    lead = "lead"
    auditor = "auditor"
    admin = "admin"
    clock = "clock"
    source = "source"


class Phase(StrEnum):
    """What a state means for those who wait."""

    waiting = "waiting"
    working = "working"
    closed = "closed"


class Disposition(StrEnum):
    """How a case ended."""

    fulfilled = "fulfilled"
    partly_fulfilled = "partly_fulfilled"
    denied = "denied"
    withdrawn = "withdrawn"


class Unit(StrEnum):
    """What a period is counted in. A number is never converted from one into another."""

    calendar_days = "calendar_days"
    business_days = "business_days"
    calendar_months = "calendar_months"


class Start(StrEnum):
    """What starts the clock of an answer."""

    receipt = "receipt"
    latest_of_receipt_identity_fee = "latest_of_receipt_identity_fee"
    receipt_or_fee_reflection_expiry = "receipt_or_fee_reflection_expiry"
    authentication = "authentication"
    drop_retrieval = "drop_retrieval"


class Roll(StrEnum):
    """Where a period goes that would end on a day off."""

    none = "none"
    next_working_day = "next_working_day"


class Tolls(StrEnum):
    """Whether waiting stops the clock: never, by statute, or only in a regulator's guidance."""

    never = "never"
    statute = "statute"
    guidance = "guidance"


class Count(StrEnum):
    """How the days of a pause are counted."""

    half_open = "half_open"
    inclusive = "inclusive"


class Waits(StrEnum):
    """What a waiting state waits for."""

    identity = "identity"
    clarification = "clarification"
    fee = "fee"


class Known(StrEnum):
    """How well we know a figure: the text was read, or how sure we are from knowledge."""

    verified = "verified"
    high = "high"
    medium = "medium"
    low = "low"


class Needed(StrEnum):
    """When a law lets us verify who asks."""

    always = "always"
    on_doubt = "on_doubt"
    never = "never"
