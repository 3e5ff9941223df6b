#!/bin/sh
# A backup of the hub's books while it works: backup.sh FOLDER. One file per run, named after the instant in UTC; prints its name.
#
# SQLite: a checked copy, made under the hub's own write lock. PostgreSQL: pg_dump's custom format, one consistent snapshot.
# HUB_HOME and HUB_DATABASE_URL say which books, as for every command of the hub (PostgreSQL: connect as hub_report).
# Files older than HUB_BACKUP_KEEP_DAYS (30) go away, but never the last one. Try what it makes with restore.sh: an untried backup is a hope.
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
python=${HUB_PYTHON:-/opt/boekhub/venv/bin/python}
[ $# -eq 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)

url=$("$python" -c 'from hub.settings import load_settings; print(load_settings().url)')
stamp=$(date -u +%Y%m%dT%H%M%SZ)
case $url in
sqlite:*)
    file=$folder/hub-$stamp.sqlite
    "$python" "$here/sqlite_copy.py" "${url#sqlite:///}" "$file"
    ;;
postgres*)
    file=$folder/hub-$stamp.dump
    trap 'rm -f "$file.partial"' EXIT
    "$python" "$here/pg_tool.py" pg_dump --format=custom --no-owner --no-privileges --file="$file.partial"
    mv "$file.partial" "$file"
    ;;
*)
    echo "backup.sh knows SQLite and PostgreSQL only" >&2
    exit 2
    ;;
esac
find "$folder" -maxdepth 1 -type f -name 'hub-*' ! -path "$file" -mtime +"${HUB_BACKUP_KEEP_DAYS:-30}" -delete
echo "$file"
