"""`python -m privacy_center`."""

from privacy_center.cli import main

if __name__ == "__main__":
    main()
