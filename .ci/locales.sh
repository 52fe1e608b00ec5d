#!/usr/bin/env bash
# Bring the message catalogues up to date: take the msgids out of code and templates, merge them into every
# language's catalogue, compile, and say how much of each is translated.
set -euo pipefail
shopt -s nullglob
cd "$(dirname "$0")/.."

bin=.venv/bin
core=src/halkla_iliskiler
pots=$(mktemp -d)
trap 'rm -rf "$pots"' EXIT

# merge DOMAIN TEMPLATE FOLDER LANGUAGE…
merge() {
    local domain=$1 template=$2 folder=$3 language
    shift 3
    for language; do
        "$bin/pybabel" --quiet update --init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
            --width 110 --domain "$domain" --input-file "$template" --output-dir "$folder" --locale "$language"
        "$bin/pybabel" compile --statistics --domain "$domain" --directory "$folder" --locale "$language"
    done
}

# extract DOMAIN FOLDER…: what lingua says about the two places that look messages up by a variable is no news.
extract() {
    local domain=$1
    shift
    "$bin/pot-create" --domain "$domain" --sort-output --no-linenumbers --width 110 --package-name "$domain" \
        --add-comments "Translators:" --output "$pots/$domain.pot" "$@" \
        2> >(grep -v 'Message argument must be a string' >&2)
}

# Our own messages. A plugin without catalogues of its own speaks with the core's (halkla_iliskiler.api.translatable).
speaking_with_core=("$core")
for package in plugins/*/src/*/; do
    package=${package%/}
    [[ $package == *.egg-info ]] && continue
    if [[ -d $package/locales ]]; then
        domain=$(basename "$package")
        extract "$domain" "$package"
        languages=("$package"/locales/*/LC_MESSAGES)
        languages=("${languages[@]%/LC_MESSAGES}")
        for language in "${languages[@]##*/}"; do
            case $language in
                tr | en) merge "$domain" "$pots/$domain.pot" "$package/locales" "$language" ;;
                # What only citizens read: it holds a part of the messages, as the core's own does.
                *) "$bin/pybabel" compile --statistics --domain "$domain" --directory "$package/locales" --locale "$language" ;;
            esac
        done
    else
        speaking_with_core+=("$package")
    fi
done
extract halkla_iliskiler "${speaking_with_core[@]}"
merge halkla_iliskiler "$pots/halkla_iliskiler.pot" "$core/locales" tr en

# What only citizens read, and the same in easy words: these hold a part of the messages, and a test names those that
# are missing. What they do not say falls back.
for language in ar ru tr_easy; do
    "$bin/pybabel" compile --statistics --domain halkla_iliskiler --directory "$core/locales" --locale "$language"
done

# What deform and colander say, in the language they do not speak themselves.
for library in deform colander; do
    home=$("$bin/python" -W ignore -c "import $library, pathlib; print(pathlib.Path($library.__file__).parent)")
    # Where in the library a message stands is a path of this machine's, or of its author's.
    sed '/^#:/d' "$home/locale/$library.pot" >"$pots/$library.pot"
    merge "$library" "$pots/$library.pot" "$core/locales" tr
done
