"""Starts the command line: `python -m monitor` and the `monitor` script."""

from monitor.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
