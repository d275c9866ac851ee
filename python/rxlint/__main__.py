"""`python -m rxlint` is the command `rxlint`."""

from ._command import main

main()
