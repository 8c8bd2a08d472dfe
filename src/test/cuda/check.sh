#!/usr/bin/env bash
# Compiles and runs kernel checks on the CPU: check.sh [NAME_check.cpp ...], without names all of this folder. Each runs
# with both element types, and with copies that land late and at once (and threads in another order). Exit status 1
# where any failed. CXX names another compiler than g++.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- "$here"/*_check.cpp
failed=0
for check in "$@"; do
  name=$(basename "$check" .cpp)
  for element in BF16 F16; do
    program="$work/$name.$element"
    "${CXX:-g++}" -O1 -std=c++17 -DEMULATED "-DELEMENT_$element" -fno-strict-aliasing -ffp-contract=off \
      -Wall -Wno-unknown-pragmas -Wno-unused-function \
      -I "$here" -I "$here/../../main/resources" "$here/$name.cpp" -o "$program" || { failed=1; continue; }
    for copies in late eager; do
      EMU_COPIES=$copies EMU_SEED=${EMU_SEED:-${#copies}} "$program" && continue
      echo "FAILED: $name, $element, copies $copies"
      failed=1
    done
  done
done
exit $failed
