"""Run a tool of PostgreSQL on the hub's own database: `pg_tool.py pg_dump --format=custom …`, for backup.sh and restore.sh.

The connection goes through the environment: on a command line everybody on the machine could read the password.
"""

from __future__ import annotations

import os
import sys

from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from hub.settings import load_settings


def connection_environment(url: str) -> dict[str, str]:
    """`url` as the variables that PostgreSQL's own tools read (PGHOST, PGPASSWORD, PGSSLMODE …)."""
    scheme, _, rest = url.partition(":")
    given = conninfo_to_dict(f"{scheme.partition('+')[0]}:{rest}")
    names = {option.keyword.decode(): option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar}
    return {names[keyword]: str(value) for keyword, value in given.items() if value is not None and keyword in names}


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    os.execvpe(sys.argv[1], sys.argv[1:], {**os.environ, **connection_environment(load_settings().url)})
