# ISC licence; see LICENSE.
# For sh: sums the lines `NAME: N passed, N failed[, N skipped]` that every
# test prints last.
#
#   total_run NAME LIMIT COMMAND...   run a test, at most LIMIT seconds, without
#                                  input; print what it said if it failed,
#                                  else its last line; add it up. A test that
#                                  ends without such a line counts as one,
#                                  by its exit code; what says nothing and
#                                  exits 0 (a module that tests share) is none.
#   total_print [NAME]             print the sum; 0 if nothing failed
passed=0 failed=0 skipped=0

total_run() {
  total_name=$1 total_limit=$2
  shift 2
  total_out=$(mktemp) || exit 1
  total_began=$(date +%s)
  timeout -k 5 "$total_limit" "$@" </dev/null >"$total_out" 2>&1
  total_rc=$?
  total_took=$(($(date +%s) - total_began))
  if [ $total_took -ge 5 ]; then total_took=" ($total_took s)"
  else total_took=; fi
  if [ $total_rc = 0 ] && [ ! -s "$total_out" ]; then
    rm -f "$total_out"
    return
  fi
  total_line=$(tail -n 1 "$total_out" | sed -n \
    's/^\(.*: \)\{0,1\}\([0-9]\{1,\}\) passed, \([0-9]\{1,\}\) failed\(, \([0-9]\{1,\}\) skipped\)\{0,1\}$/\2 \3 \5/p')
  set -- $total_line
  if [ -z "$1" ]; then
    set -- 0 0 0
    if [ $total_rc = 0 ]; then set -- 1 0 0; fi
  fi
  [ $total_rc = 0 ] || [ "$2" -gt 0 ] || set -- "$1" 1 "$3"
  passed=$((passed + $1)) failed=$((failed + $2))
  skipped=$((skipped + ${3:-0}))
  if [ "$2" -gt 0 ]; then
    sed 's/^/  /' "$total_out"
    echo "FAILED $total_name (exit $total_rc): $1 passed, $2 failed$total_took"
  else
    echo "$total_name: $1 passed, 0 failed${3:+, $3 skipped}$total_took"
  fi
  rm -f "$total_out"
}

total_print() {
  total_text="$passed passed, $failed failed"
  [ $skipped = 0 ] || total_text="$total_text, $skipped skipped"
  echo "${1:+$1: }$total_text"
  [ $failed = 0 ] && [ $passed -gt 0 ]
}
