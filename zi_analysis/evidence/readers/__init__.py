"""Readers of award lists: any file a person keeps a list in becomes rows, and no line is lost."""

from zi_analysis.evidence.readers.headers import FIELDS
from zi_analysis.evidence.readers.reading import ReadList, read_list
from zi_analysis.evidence.readers.tables import read_table

__all__ = ["FIELDS", "ReadList", "read_list", "read_table"]
