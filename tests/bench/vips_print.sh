#!/bin/sh
# 8 x 10 inch at 300 ppi from the centre, 4:4:4, quality 95. Usage: vips_print.sh OUT FILES…
set -e
export VIPS_CONCURRENCY=1
out=$(realpath "$1")
shift
vipsthumbnail -s 3000x2400 --smartcrop=centre --iprofile=srgb --eprofile=srgb \
  -o "$out/%s.jpg[Q=95,subsample-mode=off,strip]" "$@"
