#!/bin/sh
# vipsthumbnail at its best: proofs first, thumbnails from the proofs; files without a profile are sRGB. Usage: vips.sh OUT FILES…
set -e
export VIPS_CONCURRENCY=1
out=$(realpath "$1")
shift
vipsthumbnail -s 2048x2048 --iprofile=srgb --eprofile=srgb -o "$out/%s_proof.jpg[Q=82,strip]" "$@"
set -- $(for f in "$@"; do b=$(basename "$f"); echo "$out/${b%.*}_proof.jpg"; done)
mkdir -p "$out/thumbnails"
vipsthumbnail -s 400x400 -o "$out/thumbnails/%s.jpg[Q=82,strip]" "$@"
