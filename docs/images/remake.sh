#!/usr/bin/env bash
# Makes the pictures of this folder anew: runs dmafence, opens its pages in a Chromium without a window, and takes pictures of them.
# Needs Chromium or Chrome; CHROMIUM names one that is not on the PATH.
set -eu
images=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$images/../..
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

browser=${CHROMIUM:-}
for name in chromium chromium-browser google-chrome chrome; do
  [ -n "$browser" ] || browser=$(command -v "$name" || true)
done
[ -n "$browser" ] || { echo "remake.sh: no Chromium found; install one, or name it in CHROMIUM" >&2; exit 2; }

# picture PAGE NAME WIDTH HEIGHT [OPTION...]
picture() {
  local page=$1 name=$2 size=$3,$4
  shift 4
  "$browser" --headless=new --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 --window-size="$size" \
    --virtual-time-budget=5000 --user-data-dir="$work/browser" "$@" --screenshot="$images/$name" "file://$page" >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 1; }
}

"$root/dmafence" profile --rate 20k/s --arrivals poisson --duration 20s --save "$work/profile" >/dev/null
picture "$work/profile/report.html" profile-report.png 1180 1560

"$root/dmafence" race poll-vs-unload --variant v5 --memory sc --format html --out "$work/race.html" --save "$work/found" >/dev/null
picture "$work/race.html" race-drawing.png 1180 1640 --blink-settings=preferredColorScheme=0
ls -l "$images"/*.png
