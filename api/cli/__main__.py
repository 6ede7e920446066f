"""``python -m api.cli``."""

from api.cli.root import main

main()
