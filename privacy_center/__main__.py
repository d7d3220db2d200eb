"""`python -m privacy_center`, and the command of that name."""

import gc

gc.disable()  # nothing that is made while a program is read is garbage: looking for it takes a tenth of a start
from privacy_center.cli import main as program  # noqa: E402 (after that)


def main() -> None:
    """What the command runs."""
    gc.enable()
    program()


if __name__ == "__main__":
    main()
