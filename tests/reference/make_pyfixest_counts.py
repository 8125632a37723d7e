"""Write what pyfixest's fepois makes of the data sets here; tests/test_study_counts.py compares with it.

Run in this folder, after both R scripts: python make_pyfixest_counts.py
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest

FOLDER = Path(__file__).parent
CASES = {
    "warpbreaks": ("warpbreaks", "breaks ~ wool * tension", None, "loom"),
    "quine": ("quine", "days ~ origin * sex + age + learner", None, "group"),
    "insurance": ("insurance", "claims ~ C(district) + group", "holders", "age"),
    "interactions": ("drawn_interactions", "awards ~ agency_type * year + predicate", "units", "year"),
    "yearly": ("drawn_interactions", "awards ~ C(year) + agency_type", "units", "place"),
    "levels": ("drawn_levels", "awards ~ region + kind + score", "agencies", "region"),
}


def fit_case(data: str, formula: str, exposure: str | None, cluster: str, centre: bool) -> pd.DataFrame:
    """Fit one case with the three covariances."""
    rows = pd.read_csv(FOLDER / f"{data}.csv", keep_default_na=False)
    if centre:
        rows["year"] = rows["year"] - np.floor(rows["year"].mean() + 0.5)
    offset = {} if exposure is None else {"offset": "log_exposure"}
    rows = rows if exposure is None else rows.assign(log_exposure=np.log(rows[exposure]))
    tables = []
    for name, vcov, adjust in (
        ("model", "iid", False),
        ("HC1", "hetero", True),
        ("cluster", {"CRV1": cluster}, True),
    ):
        small = pyfixest.ssc(k_adj=adjust, G_adj=adjust)
        fit = pyfixest.fepois(formula, data=rows, vcov=vcov, ssc=small, iwls_tol=1e-13, iwls_maxiter=100, **offset)
        table = fit.tidy().reset_index()[["Coefficient", "Estimate", "Std. Error"]]
        tables.append(table.set_axis(["term", "estimate", "std_error"], axis=1).assign(covariance=name))
    return pd.concat(tables)


def main() -> None:
    """Write pyfixest_counts.csv."""
    made = [
        fit_case(*case, centre=name == "interactions").assign(case=name, family="poisson")
        for name, case in CASES.items()
    ]
    columns = ["case", "family", "covariance", "term", "estimate", "std_error"]
    pd.concat(made)[columns].to_csv(FOLDER / "pyfixest_counts.csv", index=False, float_format="%.15g")


if __name__ == "__main__":
    main()
