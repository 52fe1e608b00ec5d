#!/usr/bin/env bash
# Bring the message catalogues up to date: take the msgids out of code and templates, merge them into every
# language's catalogue, compile, and say how much of each is translated.
set -euo pipefail
shopt -s nullglob
cd "$(dirname "$0")/.."

bin=.venv/bin
pots=$(mktemp -d)
trap 'rm -rf "$pots"' EXIT

# merge DOMAIN TEMPLATE FOLDER: every language that has a folder gets the catalogue.
merge() {
    local domain=$1 template=$2 folder=$3 language
    for language in "$folder"/*/LC_MESSAGES; do
        language=$(basename "$(dirname "$language")")
        "$bin/pybabel" --quiet update --init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
            --width 110 --domain "$domain" --input-file "$template" --output-dir "$folder" --locale "$language"
    done
    "$bin/pybabel" compile --statistics --domain "$domain" --directory "$folder"
}

# Our own messages; the domain of a package is its name.
for folder in src/*/locales plugins/*/src/*/locales; do
    package=$(dirname "$folder")
    domain=$(basename "$package")
    "$bin/pot-create" --domain "$domain" --keyword pluralize:1,2 --sort-output --no-linenumbers --width 110 \
        --add-comments "Translators:" --package-name "$domain" --output "$pots/$domain.pot" "$package"
    merge "$domain" "$pots/$domain.pot" "$folder"
done

# What deform and colander say, in the languages they do not speak themselves.
for library in deform colander; do
    for catalogue in src/halkla_iliskiler/locales/*/LC_MESSAGES/"$library".po; do
        home=$("$bin/python" -W ignore -c "import $library, pathlib; print(pathlib.Path($library.__file__).parent)")
        language=$(basename "${catalogue%/LC_MESSAGES/*}")
        "$bin/pybabel" --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 110 \
            --domain "$library" --input-file "$home/locale/$library.pot" \
            --output-dir src/halkla_iliskiler/locales --locale "$language"
        "$bin/pybabel" compile --statistics --domain "$library" --directory src/halkla_iliskiler/locales \
            --locale "$language"
    done
done
