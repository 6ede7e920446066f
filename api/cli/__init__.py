"""The command line ``rifq``.

Exit codes: 0 done; 1 some lines or rows were refused, or the reader of the output went away; 2 wrong use or another
error, told in one line on standard error.

Results go to standard output, all else to standard error. Heavy modules are imported inside the commands, so that
``rifq --help`` answers at once.
"""

from api.cli.root import app, main

__all__ = ["app", "main"]
