"""Source `mt940`: bank statements as SWIFT MT940, as Dutch banks write it and as others do.

Read `tags.py` for how a file falls apart, `statement.py` for a statement, `details.py` for what stands in `:86:`.
"""

from connectors.mt940.source import source

__all__ = ["source"]
