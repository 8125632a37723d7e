"""Read ahead what every agency profile reads, once, in the process that thousands of kernels are forked from."""

from matplotlib import pyplot as plt

from zi_analysis.evidence.profile import read_profile
from zi_analysis.exhibits.edition import Edition
from zi_analysis.exhibits.profile_charts import chart_counts
from zi_analysis.exhibits.profile_tables import table_agency, table_awards
from zi_analysis.exhibits.words import LANGUAGES

_ANY = "35.20"
_YEARS = (2012, 2025)


def read_ahead() -> None:
    """Load the tables, words and fonts of a profile; what is drawn on the way is thrown away.

    Tables are kept by `load_once`, which reads again whatever was changed since.

    Examples
    --------
    >>> read_ahead()
    """
    profile = read_profile(_ANY)
    for language in LANGUAGES:
        edition = Edition(language, *_YEARS)
        for show in (table_agency, table_awards, chart_counts):
            show(profile, edition, exhibit="9.1").bundle()
    plt.close("all")
