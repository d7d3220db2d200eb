"""Runs one benchmark, or all."""

import sys
import warnings

from bench import choices, intake, law, pages, start, telling

BENCHES = {
    "intake": intake.main,
    "start": start.main,
    "law": law.main,
    "choices": choices.main,
    "telling": telling.main,
    "pages": pages.main,
}


def main() -> int:
    """Run those that were named; returns the status."""
    warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")  # the PostgreSQL package does well without it
    names = sys.argv[1:] or list(BENCHES)
    if unknown := [name for name in names if name not in BENCHES]:
        print(f"no benchmark is called {unknown[0]}: choose {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    for name in names:
        BENCHES[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main())
