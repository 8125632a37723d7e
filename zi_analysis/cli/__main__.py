"""`python -m zi_analysis.cli` is `zi`."""

import sys

from zi_analysis.cli import main

sys.exit(main())
