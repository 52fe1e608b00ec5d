#!/usr/bin/env bash
# Write constraints.txt anew: the newest versions that setup.cfg allows and that come as wheels.
set -euo pipefail
cd "$(dirname "$0")/.."

tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
.venv/bin/python -m venv "$tool"
"$tool/bin/pip" install --quiet --no-input --disable-pip-version-check uv

# What the package and its extras ask for, one requirement a line.
requirements='
from configparser import RawConfigParser
setup = RawConfigParser()
setup.read("setup.cfg", encoding="utf-8")
print(setup["options"]["install_requires"], *setup["options.extras_require"].values(), sep="\n")
'
{
    echo "# The versions that are tested, for Python 3.11 to 3.13: every one comes as a wheel, no compiler is needed."
    echo "# 'make constraints' makes this file anew from setup.cfg."
    "$tool/bin/python" -c "$requirements" |
        "$tool/bin/uv" pip compile --quiet --universal --only-binary :all: --python-version 3.11 \
            --no-annotate --no-header -
} >"$tool/constraints.txt"
cp "$tool/constraints.txt" constraints.txt
