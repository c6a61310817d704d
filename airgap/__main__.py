"""``python3 -m airgap``."""

import sys

from airgap.cli import main

sys.exit(main())
