"""``python -m evaluation.drafting``: ``rifq eval drafting`` by another name, with the same options.

The copilot belongs to the layer above, so it is started, not imported.
"""

import subprocess
import sys

if __name__ == "__main__":
    command = [sys.executable, "-m", "api.cli", "eval", "drafting", *sys.argv[1:]]
    sys.exit(subprocess.run(command, check=False).returncode)  # noqa: S603 - our own program
