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


def count_publishers(told: pd.DataFrame) -> dict[tuple[str, int], dict[int, int]]:
    """Count the independent publishers (families) of each tier behind each value of each fact.

    Parameters
    ----------
    told : DataFrame
        One row a published count, with settled_id, value, tier and family.

    Returns
    -------
    dict
        (settled_id, value) -> tier -> number of families.

    Examples
    --------
    >>> told = pd.DataFrame({"settled_id": "s", "value": [7, 7], "tier": [3, 3], "family": ["a", "b"]})
    >>> count_publishers(told)
    {('s', 7): {3: 2}}
    """
    families: dict[tuple[str, int], dict[int, set[str]]] = {}
    for row in told.itertuples():
        tiers = families.setdefault((str(row.settled_id), int(row.value)), {})
        tiers.setdefault(int(row.tier), set()).add(str(row.family))
    return {key: {tier: len(names) for tier, names in tiers.items()} for key, tiers in families.items()}
