"""The command `rxlint`, as pip installs it."""

import os
import sys

from . import _rxlint


def main() -> None:
    """Runs the program on the arguments of the process."""
    code = _rxlint.main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # Nothing of Python's is left to be done, and the program has written all of its own.
    os._exit(code)


if __name__ == "__main__":
    main()
