#!/usr/bin/env bash
# Bring .venv up to date: .ci/venv.sh demo|test
#
# Makes it when it is missing, and installs the package, its plugins and one extra, in exactly the versions of
# constraints.txt, when something that decides about them has changed. Otherwise it takes a few milliseconds.
set -euo pipefail
shopt -s nullglob
cd "$(dirname "$0")/.."

extra=$1
venv=.venv
python=$venv/bin/python

# Everything that decides what has to be installed; the folder, because a virtual environment cannot be moved.
wanted=$(
    pwd
    cat constraints.txt setup.cfg plugins/*/setup.cfg
)
wanted=$(sha256sum <<<"$wanted")

installed() { [ "$(cat "$venv/installed-$1" 2>/dev/null)" = "$wanted" ]; }

# The extra for tests holds all that the demo's has.
if { installed "$extra" || installed test; } && "$python" -c "" 2>/dev/null; then
    exit 0
fi

# Print a suitable Python; explain in one sentence what is missing when there is none. The distribution's own comes
# first: it is kept safe by the system's updates, and built with profiling, which makes a page a fifth faster than a
# Python that pyenv has built with its defaults (docs/performance.md). Of the others, the newest.
find_python() {
    local candidate without_venv=
    for candidate in /usr/bin/python3{.13,.12,.11,} python3.13 python3.12 python3.11 python3; do
        if "$candidate" -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null; then
            if "$candidate" -c "import ensurepip, venv" 2>/dev/null; then
                command -v "$candidate"
                return
            fi
            without_venv=$candidate
        fi
    done
    if [ -n "$without_venv" ]; then
        echo "$without_venv has no venv module: install it with 'apt-get install $(basename "$without_venv")-venv' and try again." >&2
    else
        echo "Python 3.11 or newer is needed: install it with 'apt-get install python3 python3-venv' and try again." >&2
    fi
    return 1
}

if [ "$(cat "$venv/folder" 2>/dev/null)" != "$PWD" ] || ! "$python" -c "import pip" 2>/dev/null; then
    base=$(find_python)
    echo "Making $venv with $("$base" --version) …"
    "$base" -m venv --clear "$venv"
    echo "$PWD" >"$venv/folder"
fi

echo "Installing into $venv (the first time this takes up to a minute) …"
rm -f "$venv"/installed-*
packages=(--editable ".[$extra]")
for plugin in plugins/*/setup.cfg; do
    packages+=(--editable "$(dirname "$plugin")")
done
install() {
    "$python" -m pip install --quiet --no-input --disable-pip-version-check --constraint constraints.txt "$@"
}
# setuptools first and in the tested version: with it pip builds our own packages without fetching another one.
install setuptools
install --no-build-isolation "${packages[@]}"
echo "$wanted" >"$venv/installed-$extra"
