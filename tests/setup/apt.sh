#!/usr/bin/env bash
# Debian packages the tests use: a browser, an IPP printer and the services it needs; and the independent readers
# that pictures are held against (libjpeg-turbo, littlecms, ImageMagick, exiftool), and PDF (poppler).
# Installs what is missing when it may; otherwise prints the command that does.
set -euo pipefail

packages=(chromium cups-ipp-utils dbus avahi-daemon strace python3 procps
    libjpeg-turbo-progs liblcms2-utils imagemagick libimage-exiftool-perl poppler-utils)
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "Missing: ${missing[*]}. This is no Debian; install their counterparts, then run this again." >&2
    exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "Missing packages. Run:  sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
fi
echo "Installing ${missing[*]}"
apt-get update -qq
# Nothing may start by itself: the tests start their own printer and bus.
RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
