"""Remove and change each line that the rows name, and print one JSON object for each: did the row's check stay green?

``python -m tests.rows NAME...`` is what ``stegvis programme trace --mutate`` runs from a checkout.
"""

from __future__ import annotations

import json
import sys

from tests.rows.harness import Checks


def main(programmes: list[str]) -> int:
    """Print the outcome of every mutation of the programmes."""
    if not __debug__:
        sys.stderr.write("checks are assertions: run Python without -O\n")
        return 2
    for programme in programmes:
        checks = Checks(programme)
        for mutation in checks.mutations():
            found = {"row": mutation.row.id, "place": mutation.place, "change": mutation.change}
            print(json.dumps({**found, "green": checks.stays_green(mutation)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
