#!/bin/sh
# ISC licence; see LICENSE.
# short.sh - some of the faults of tests/faults/run, in about half a minute
cd "$(dirname "$0")/../.." || exit 1
. tests/totals.sh
O=${O-}
export O
case $O in /*) bin=$O ;; *) bin=./$O ;; esac

total_run 'system calls and allocations' 120 \
  "$bin"tests/faults/faults -s 17 -d 3
total_run 'read-only mail' 60 python3 tests/faults/readonly.py
total_run 'faults as a client sees them' 60 python3 tests/faults/protocol.py
total_print faults
