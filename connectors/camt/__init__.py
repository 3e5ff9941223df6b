"""Source `camt`: bank statements as CAMT.053, in every version; its look-alikes CAMT.052 and CAMT.054 are named as such.

Read `statement.py` for the way of a file, `entry.py` for one booking line and its transactions.
"""

from connectors.camt.source import source

__all__ = ["source"]
