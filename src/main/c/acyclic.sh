#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# acyclic.sh OBJECT…: fails where C files call each other in a circle, and names them. Which file calls which is read from
# the symbols of their objects: those that one needs and another has. The build of each library calls it.
set -eu

for tool in nm awk tsort; do
    if ! command -v "$tool" >/dev/null; then
        echo "did not check whether C files call each other in a circle: $tool is not installed"
        exit 0
    fi
done

symbols="$(nm -A -g "$@")"

# One line for each file that calls another: its name, and the other's.
calls="$(printf '%s\n' "$symbols" | awk '
    {
        file = $1
        sub(/:.*/, "", file)
        sub(/.*\//, "", file)
        sub(/[.]o$/, ".c", file)
    }
    $(NF - 1) == "U" {
        needs[file " " $NF]
        next
    }
    { owner[$NF] = file }
    END {
        for (need in needs) {
            split(need, part, " ")
            if (part[2] in owner) {
                calls[part[1] " " owner[part[2]]]
            }
        }
        for (call in calls) {
            print call
        }
    }')"

if ! circle="$(printf '%s\n' "$calls" | tsort 2>&1 >/dev/null)"; then
    echo "these C files call each other in a circle:" >&2
    printf '%s\n' "$circle" | sed -n 's/^tsort: \([^ ]*\.c\)$/  \1/p' >&2
    exit 1
fi
