"""Who tells a number: tiers of publishers, and publishers that count as one."""

import pandas as pd

AWARDING_MINISTRY = "Kementerian PANRB"
PUBLIC_KINDS = ("ministry", "agency", "local_government")


def publisher_tier(told: pd.DataFrame) -> pd.Series:
    """Rank who tells a count: 1 the awarding ministry, 2 a public body, 3 news, journals and others.

    Parameters
    ----------
    told : DataFrame
        With the columns publisher and publisher_kind.

    Returns
    -------
    Series
        Int64, aligned with ``told``.

    Examples
    --------
    >>> told = pd.DataFrame({"publisher": ["Kementerian PANRB", "BPS"], "publisher_kind": ["ministry", "agency"]})
    >>> publisher_tier(told).tolist()
    [1, 2]
    """
    tier = pd.Series(3, index=told.index, dtype="Int64")
    tier[told["publisher_kind"].isin(PUBLIC_KINDS)] = 2
    tier[told["publisher"].str.startswith(AWARDING_MINISTRY).fillna(value=False)] = 1
    return tier


def count_publishers(told: pd.DataFrame) -> pd.DataFrame:
    """Count the independent publishers (families) behind each value of each fact.

    Parameters
    ----------
    told : DataFrame
        One row a published count, with settled_id, value and family.

    Returns
    -------
    DataFrame
        settled_id, value, best_tier_publishers.
    """
    counted = told.groupby(["settled_id", "value"])["family"].nunique()
    return counted.rename("best_tier_publishers").reset_index()
