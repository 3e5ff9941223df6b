#!/bin/sh
# Bring a backup back, into an empty place: restore.sh FILE. Then the whole ledger is derived again and compared (`hub verify`).
#
# HUB_HOME and HUB_DATABASE_URL say where to: for *.sqlite a folder without books, for *.dump an empty database, as hub_owner.
# Nothing that exists is overwritten: to replace books, move them away first. After a *.dump run postgres-grants.sql, and before
# the services start see "Restore" in README.md. Exits with the code of `hub verify`: 0 = proved equal to the originals.
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
python=${HUB_PYTHON:-/opt/boekhub/venv/bin/python}
[ $# -eq 1 ] && [ -f "$1" ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }

url=$("$python" -c 'from hub.settings import load_settings; print(load_settings().url)')
case $1:$url in
*.sqlite:sqlite:*)
    mkdir -p "$(dirname "${url#sqlite:///}")"
    "$python" "$here/sqlite_copy.py" "$1" "${url#sqlite:///}"
    ;;
*.dump:postgres*)
    ask() { "$python" "$here/pg_tool.py" psql --no-psqlrc --quiet --tuples-only --no-align --command="$1"; }
    tables=$(ask "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    [ "$tables" -eq 0 ] || { echo "this database is not empty ($tables tables): nothing was restored" >&2; exit 5; }
    "$python" "$here/pg_tool.py" pg_restore --no-owner --no-privileges --exit-on-error --single-transaction \
        --dbname="$(ask 'SELECT current_database()')" "$1"
    ;;
*)
    echo "$1 does not fit the database in HUB_DATABASE_URL: *.sqlite goes to SQLite, *.dump to PostgreSQL" >&2
    exit 2
    ;;
esac
exec "$(dirname "$python")/hub" verify
