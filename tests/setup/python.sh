#!/usr/bin/env bash
# A folder's Python environment (FOLDER/.venv) with what its requirements.txt names, made anew when that changes.
# More requirements files may follow. Prints the environment's python.
set -euo pipefail

folder=${1:?usage: python.sh FOLDER [REQUIREMENTS.txt...]}
shift
files=("$folder/requirements.txt" "$@")
venv=$folder/.venv
if ! python3 -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 or newer with venv is needed for $folder. On Debian 12 and later:  sudo apt-get install python3-venv" >&2
    exit 1
fi
if ! cat "${files[@]}" | cmp -s - "$venv/installed.txt"; then
    echo "Installing the Python packages of $folder" >&2
    python3 -m venv --clear "$venv"
    options=()
    for file in "${files[@]}"; do options+=(-r "$file"); done
    "$venv/bin/pip" install --quiet --disable-pip-version-check "${options[@]}" >&2
    cat "${files[@]}" >"$venv/installed.txt"
fi
echo "$venv/bin/python"
