#!/usr/bin/env bash
# Installs a folder's npm packages when its lock file is newer than what is installed.
set -euo pipefail

folder=${1:?usage: node.sh FOLDER}
if ! command -v npm >/dev/null || [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ]; then
    echo "Node 20 or newer is needed for $folder. On Debian 12 and later:  sudo apt-get install nodejs npm" >&2
    exit 1
fi
cd "$folder"
[ node_modules/.package-lock.json -nt package-lock.json ] && exit 0
npm ci --no-audit --no-fund
touch node_modules/.package-lock.json
