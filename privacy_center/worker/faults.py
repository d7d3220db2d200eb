"""Faults: what the log says of something that went wrong."""

import traceback


def fault(error: Exception) -> dict[str, str]:
    """What went wrong and where; never the message, which may hold somebody's data."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    own = [f for f in frames if "privacy_center" in f.filename]
    return {"error": type(error).__name__, "at": f"{own[-1].name}:{own[-1].lineno}" if own else where}
