#!/bin/sh
# Builds .venv with the hub, its development tools and what the tests need; says what to type where this machine lacks something.
# PYTHON chooses the interpreter; without it the first Python from 3.11 on that works is taken.
set -eu
cd "$(dirname "$0")/.."

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

can_build() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

find_python() {
    for candidate in ${PYTHON:-python3 python3.11 python3.13 python3.12}; do
        if fits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "Boekhub needs Python 3.11 or later; install it, or name it: make setup PYTHON=/path/to/python3" >&2
    exit 1
}

install_venv() { # Debian ships venv and pip's wheel apart from Python itself
    command="apt-get install --yes --no-install-recommends python3-venv"
    if ! command -v apt-get >/dev/null; then
        echo "this Python has no venv module; install it with your system's package manager" >&2
        exit 1
    elif [ "$(id -u)" -eq 0 ]; then
        root=""
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        root="sudo -n"
    else
        printf 'python3-venv is missing. Install it, then run make again:\n  sudo %s\n' "$command" >&2
        exit 1
    fi
    $root apt-get update --quiet
    # shellcheck disable=SC2086
    $root env DEBIAN_FRONTEND=noninteractive $command
}

python=$(find_python)
can_build "$python" || install_venv
if ! fits .venv/bin/python; then # new, or its Python has gone
    "$python" -m venv --clear .venv
fi
echo "setting up .venv: about a minute the first time"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]' --constraint constraints.txt
touch .venv/.ready
