#!/bin/bash
# usage: demo.sh BIN_DIR [--keep [DIR]]
#
# Two nodes on this machine exchange real yard counts: what a first look needs, step by step, and a
# check of each step. Exit 0 only if every step did what it says. Uses nothing but the programs in
# BIN_DIR and files of this repository. --keep leaves the nodes running, in DIR or in a new folder.
set -euo pipefail

fail() {
  echo "demo: FAILED: $*" >&2
  exit 1
}

[[ $# -ge 1 ]] || fail "usage: demo.sh BIN_DIR [--keep [DIR]]"
bin=$(cd "$1" && pwd) || fail "no folder $1"
shift
keep=false
dir=
if [[ ${1:-} == --keep ]]; then
  keep=true
  dir=${2:-}
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ -x $bin/gatepost && -x $bin/gatepostd ]] || fail "no gatepost and gatepostd in $bin"
export PATH="$bin:$PATH"

scratch=$(mktemp -d)
[[ -n $dir ]] || dir=$scratch/sandbox
finish() {
  local code=$?
  if $keep && ((code == 0)); then
    return
  fi
  gatepost sandbox down --dir "$dir" >/dev/null 2>&1 || true
  rm -rf "$scratch"
  ((code == 0)) || echo "demo: stopped with an error" >&2
}
trap finish EXIT

number=0
say() {
  number=$((number + 1))
  printf '\n%s\n' "---- $number. $* ----"
}

# as CLIENT ARGS...: gatepost as one of the sandbox's posts, shown as it would be typed.
as() {
  local client=$1
  shift
  printf '\n[%s] $ gatepost' "$client" >&2
  printf ' %q' "$@" >&2
  printf '\n' >&2
  gatepost --client-config "$dir/clients/$client.textproto" "$@"
}

# expect CODE CLIENT ARGS...: the same, shown with its output, which is left in $output.
expect() {
  local wanted=$1 code=0
  shift
  as "$@" >"$scratch/out" 2>&1 || code=$?
  output=$(cat "$scratch/out")
  printf '%s\n' "$output"
  ((code == wanted)) || fail "exit code $wanted wanted, $code came"
}

contains() {
  [[ $output == *"$1"* ]] || fail "'$1' wanted in the answer above"
}

# The short reference in the line of $output that begins with the given words.
reference_after() {
  local line
  line=$(grep -F -m1 -e "$1" <<<"$output") || fail "no line '$1'"
  grep -o -E -m1 '[A-Z]+/[0-9]{4}/[0-9]+' <<<"$line" || fail "no reference in '$line'"
}

say "Two nodes, each with its own keys, data and log: Lang Son (VN) and Pingxiang (CN)"
printf '\n$ gatepost sandbox up --dir %q\n' "$dir"
gatepost sandbox up --dir "$dir" || fail "the sandbox did not start"

say "From a desk in Lang Son to the log in Pingxiang and back"
expect 0 vn-clerk peer ping
contains "cn-pingxiang: APPLIED"

say "Lang Son sends the board's real reports; the one of 26 May 2022 does not add up and is stopped"
expect 1 vn-clerk yard send --from-csv tests/data/daily-reports.csv
contains "SUM_MISMATCH"
contains "533 + 504 = 1,037, stated 1,057"
new_year=$(reference_after "2026-01-01 VN (")
august=$(reference_after "2024-08-22 VN (")

say "Pingxiang sends its day; no whole day of that side is public, so its figures are marked PRACTICE"
expect 0 cn-clerk yard send --practice --from-csv tests/data/practice-cn.csv
chinese=$(reference_after "2024-08-22 CN (")
expect 0 cn-clerk status "$chinese" --wait APPLIED
contains "to vn-langson: APPLIED"

say "The line is cut; Lang Son goes on working"
printf '\n$ gatepost sandbox cut --dir %q\n' "$dir"
gatepost sandbox cut --dir "$dir" >/dev/null || fail "the link could not be cut"
expect 0 vn-clerk yard revise "$new_year" --set LS-HN/two_way_loaded=7 --practice \
  --reason "counted again (made up for this demo)" --yes
revision=$(reference_after "accepted as")
expect 0 vn-clerk status "$revision"
contains "to cn-pingxiang: ACCEPTED"
as cn-clerk yard show --date 2026-01-01 >"$scratch/out" 2>/dev/null
grep -q 'loaded both ways .* 6 ' "$scratch/out" || fail "Pingxiang must still know the old number"
echo "(Pingxiang still shows the report before it: 6 loaded both ways at LS-HN)"

say "The line is restored; what waited arrives by itself"
printf '\n$ gatepost sandbox restore --dir %q\n' "$dir"
gatepost sandbox restore --dir "$dir" >/dev/null || fail "the link could not be restored"
expect 0 vn-clerk status "$revision" --wait APPLIED --timeout 60
contains "to cn-pingxiang: APPLIED"
expect 0 cn-clerk yard history --date 2026-01-01 --side VN
contains "6 vehicles"
contains "7 vehicles"
contains "PRACTICE"

say "22 August 2024 as each side sees it: the same reports, export and import in the reader's words"
expect 0 vn-clerk yard show --date 2024-08-22
contains "VN→CN export"
contains "PRACTICE"
expect 0 cn-clerk yard show --date 2024-08-22
contains "VN→CN import"
contains "≈ 412"
expect 0 cn-clerk --lang zh yard show --date 2024-08-22 --side CN
contains "VN→CN 进口"

say "How far the August report came: every rung is a signed entry in somebody's log"
expect 0 vn-clerk status "$august" --wait APPLIED
contains "DELIVERED"

say "Four eyes: from now on Lang Son closes a gate only with an officer's signature"
sed 's/^id: .*/id: "four-eyes-demo"/' daemon/config/policy/default-policy.textproto \
  >"$dir/vn-langson/policy.textproto"
echo 'release_rules {
  subject { families: "NOTICE" actions: "CLOSURE" }
  signatures { roles: "officer" count: 1 }
}' | tee -a "$dir/vn-langson/policy.textproto"
echo 'policy_file: "policy.textproto"' >>"$dir/vn-langson/node.textproto"
gatepost sandbox down --dir "$dir" >/dev/null || fail "the sandbox did not stop"
gatepost sandbox up --dir "$dir" >/dev/null || fail "the sandbox did not start again"
expect 0 vn-clerk notice closed --gate LS-CM --from "$(date -d '+30 days' +%F)H" --reason epidemic
contains "HELD"
closure=$(reference_after "held as")
message=$(grep -o -E -m1 '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' <<<"$output")
expect 1 cn-clerk show "$message"
contains "NOT_FOUND"
expect 0 vn-officer inbox
contains "$closure"
expect 0 vn-officer approve "$closure" --yes
contains "accepted as"
expect 0 vn-clerk status "$closure" --wait APPLIED --timeout 60
contains "DELIVERED"

say "An officer in Pingxiang signs that he has read it, with SM2 and SM3"
expect 0 cn-officer ack "$message"
expect 0 cn-officer show "$(reference_after "accepted as")"
contains "sm2-sm3"
expect 0 vn-clerk status "$closure" --wait READ --timeout 60
contains "port-office/officer/shift-lead-1"

say "The receipts verify without Gatepost: 60 lines of Python and the two public log keys"
gatepost --output json sandbox status --dir "$dir" >"$scratch/sandbox.json"
mapfile -t keys < <(/usr/bin/python3 -c '
import json, sys
for node in json.load(open(sys.argv[1]))["nodes"]:
    print(node["logVkey"])' "$scratch/sandbox.json")
((${#keys[@]} == 2)) || fail "two log keys wanted"
echo
echo "[vn-clerk] $ gatepost --output json status $august | verify_receipt.py" "${keys[@]}"
gatepost --client-config "$dir/clients/vn-clerk.textproto" --output json status "$august" |
  /usr/bin/python3 client/examples/python/verify_receipt.py "${keys[@]}" >"$scratch/out" ||
  fail "a receipt does not verify: $(cat "$scratch/out")"
output=$(cat "$scratch/out")
grep '^verified' <<<"$output"
contains "of vn-langson/audit"
contains "of cn-pingxiang/audit"

say "An auditor takes the evidence of the August report away as one file"
expect 0 vn-auditor audit export "$august" --out "$scratch/evidence.zip"
contains "VALID"

say "It is checked without node or network; it is practice, says so, and never passes as real"
expect 5 vn-auditor audit verify "$scratch/evidence.zip"
contains "PRACTICE"
expect 0 vn-auditor audit verify "$scratch/evidence.zip" --practice
contains "PRACTICE VALID"
/usr/bin/python3 -c '
import sys
bytes_ = bytearray(open(sys.argv[1], "rb").read())
bytes_[len(bytes_) // 2] ^= 1
open(sys.argv[2], "wb").write(bytes_)' "$scratch/evidence.zip" "$scratch/changed.zip"
expect 5 vn-auditor audit verify "$scratch/changed.zip" --practice
contains "INVALID"

say "The whole log holds, and both sides were shown one history"
expect 0 vn-auditor audit verify
contains "OK"
expect 0 cn-auditor audit compare --save "$scratch/pingxiang.heads"
expect 0 vn-auditor audit compare --with "$scratch/pingxiang.heads"

echo
echo "demo: all $number steps did what they say"
if $keep; then
  echo "the nodes are running; try: $bin/gatepost --client-config $dir/clients/vn-clerk.textproto inbox"
  echo "stop them with: $bin/gatepost sandbox down --dir $dir"
fi
