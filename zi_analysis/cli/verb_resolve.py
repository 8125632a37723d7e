"""`zi resolve`: the agencies that a table names, found in the register."""

import argparse

from zi_analysis.cli.verb import Verb, named_path
from zi_analysis.cli.wording import OK


def _describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.add_argument("file", type=named_path, metavar="FILE", help="any table that zi clean reads")
    parser.add_argument("--name", required=True, metavar="COLUMN", help="column with the agency as written")
    parser.add_argument("--unit", metavar="COLUMN", help="column with the unit as written")
    parser.add_argument("--year", metavar="COLUMN", help="column with the year")
    parser.add_argument("--output", type=named_path, required=True, metavar="OUT", help="a .csv or .parquet")


def _act(arguments: argparse.Namespace) -> int:
    """Resolve the agencies of a table and say how many were found."""
    from zi_analysis.reporting.cleaning import resolve_into

    print(resolve_into(arguments.file, arguments.output, name=arguments.name, unit=arguments.unit, year=arguments.year))
    return OK


VERB = Verb(
    describe=_describe,
    act=_act,
    description="Write every row of a table, in order, with agency_id, agency, agency_type, method, score and "
    "candidates; a name that may mean several bodies stays open.",
    example="example: zi resolve units.xlsx --name Instansi --unit 'Unit Kerja' --year Tahun --output resolved.csv",
)
