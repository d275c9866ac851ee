"""The command `rxlint`, as pip installs it."""

import os
import sys

from . import _rxlint


def main() -> None:
    """Runs the program with the arguments of the process."""
    code = _rxlint.main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # Python has nothing left to do, and the program has written all its output.
    os._exit(code)


if __name__ == "__main__":
    main()
