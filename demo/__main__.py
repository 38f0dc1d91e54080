"""Let ``python -m demo`` do what ``stegvis demo`` does."""

from __future__ import annotations

import sys

from demo.main import main
from demo.quiet import leave

if __name__ == "__main__":
    leave(main(sys.argv[1:]))
