"""`zi profiles`: a profile of every agency, or of those chosen."""

import argparse

from zi_analysis.cli.batches import add_batch, as_typed, batch_options, data_root, tell_batch
from zi_analysis.cli.verb import Verb, spoken_languages


def _describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    types = ("central", "province", "regency", "city")
    parser.add_argument("--type", dest="types", action="append", default=[], choices=types, help="may be given again")
    parser.add_argument("--province", metavar="NAME", help="agencies of one province")
    parser.add_argument("--agency", dest="ids", action="append", default=[], metavar="ID", help="may be given again")
    parser.add_argument("--language", choices=("en", "id", "both"), default="en", help="default en")
    add_batch(parser, "reports/profiles")


def _act(arguments: argparse.Namespace) -> int:
    """Make profiles and tell what became of them."""
    from zi_analysis.reporting.profiles import make_profiles

    batch = make_profiles(
        languages=spoken_languages(arguments.language),
        types=arguments.types,
        province=arguments.province,
        ids=arguments.ids,
        output=arguments.output,
        options=batch_options(arguments),
        command=as_typed(arguments),
        root=data_root(arguments.data),
    )
    return tell_batch(batch, arguments.quiet)


VERB = Verb(
    describe=_describe,
    act=_act,
    description="Run the notebook 09-agency-profile for each agency chosen. What is there already as it would be "
    "made now is passed over, so a batch that was ended goes on where it was.",
    example='example: zi profiles --type regency --province "Jawa Timur" --language id',
)
