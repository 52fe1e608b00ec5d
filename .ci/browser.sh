#!/usr/bin/env bash
# See to it that chromium is there for the browser tests.
#
# Installs it, without asking, where that is allowed. Ends with 0 when it is there and with 1 when it is not.
set -euo pipefail

has_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }

if has_chromium; then
    exit 0
fi

as_root=()
if [ "$(id -u)" != 0 ]; then
    as_root=(sudo -n)
fi
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null; }

if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
    echo "Installing chromium for the browser tests …"
    # A font, because Debian's chromium brings none.
    log=$(mktemp)
    if ! { apt update && apt install --no-install-recommends chromium fonts-dejavu-core; } >"$log" 2>&1; then
        cat "$log"
    fi
    rm -f "$log"
fi

has_chromium
