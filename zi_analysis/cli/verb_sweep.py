"""`zi sweep`: one notebook over a grid of parameters."""

import argparse

from zi_analysis.cli.batches import add_batch, as_typed, batch_options, data_root, tell_batch
from zi_analysis.cli.verb import Verb, named_path, spoken_languages


def _describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument("notebook", metavar="NOTEBOOK", help="name, beginning of a name, or path")
    parser.add_argument("--grid", type=named_path, required=True, metavar="GRID.YML", help="the combinations")
    parser.add_argument("--language", choices=("en", "id", "both"), default="en", help="default en")
    add_batch(parser, "reports/sweeps/NOTEBOOK")


def _act(arguments: argparse.Namespace) -> int:
    """Make the reports of a grid and tell what became of them."""
    from zi_analysis.reporting.grids import read_grid
    from zi_analysis.reporting.sweep import make_sweep

    batch = make_sweep(
        arguments.notebook,
        read_grid(arguments.grid),
        languages=spoken_languages(arguments.language),
        output=arguments.output,
        options=batch_options(arguments),
        command=as_typed(arguments),
        root=data_root(arguments.data),
    )
    return tell_batch(batch, arguments.quiet)


VERB = Verb(
    describe=_describe,
    act=_act,
    description="Run a notebook for every combination of a yaml file. All are checked before the first kernel "
    "starts. The file holds 'grid:' (each name with a list of values) or 'runs:' (a list of combinations).",
    example="example: printf 'grid:\\n  first_year: [2015, 2018]\\n  predicate: [WBK, all]\\n' > grid.yml; "
    "zi sweep 03 --grid grid.yml",
)
