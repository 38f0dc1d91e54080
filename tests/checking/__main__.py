"""What ``stegvis programme check NAME --mutate`` runs: every mutation of one definition, told as JSON."""

from __future__ import annotations

import json
import sys

from tests.checking.mutations import told

if __name__ == "__main__":
    sys.stdout.write(json.dumps(told(sys.argv[1]), ensure_ascii=False))
