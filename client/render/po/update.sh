#!/bin/bash
# usage: update.sh [--check]
#
# Lists every text for people in gatepost.pot and carries new ones into vi.po and zh_CN.po, where a
# translator finds them with an empty msgstr. --check changes nothing: exit 1 when gatepost.pot is not
# what the sources say.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
root=$(cd ../../.. && pwd)
pot=$(mktemp)
trap 'rm -f "$pot"' EXIT

(cd "$root" && find client -name '*.cc' -print0 | LC_ALL=C sort -z |
  xargs -0 xgettext --language=C++ --from-code=UTF-8 --keyword=_ --keyword=N_ --keyword=Say:1 \
    --keyword=SayCount:1,2 --keyword=Plural:1,2 --no-location --sort-output --omit-header \
    --output=-) >"$pot"

if [[ ${1:-} == --check ]]; then
  if ! diff <(sed '/^#/d' gatepost.pot) <(sed '/^#/d' "$pot") >/dev/null; then
    echo "client/render/po/gatepost.pot is old: run client/render/po/update.sh" >&2
    exit 1
  fi
  exit 0
fi
cp "$pot" gatepost.pot
chmod 644 gatepost.pot
for language in vi zh_CN; do
  [[ -f $language.po ]] || : >"$language.po"
  msgmerge --quiet --update --backup=none --no-location --sort-output --no-fuzzy-matching \
    --no-wrap "$language.po" gatepost.pot
done
