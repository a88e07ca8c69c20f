#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# acyclic.sh OBJECT…: fails where C files call each other in a circle, and names them. Which file calls which is read from
# the symbols of their objects: those that one needs and another has. The build of each library calls it.
set -eu

# One line for each file that calls another: its name, and the other's.
calls() {
    nm -A -g "$@" | awk '
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
                    print part[1], owner[part[2]]
                }
            }
        }' | sort -u
}

if ! circle="$(calls "$@" | tsort 2>&1 >/dev/null)"; then
    echo "these C files call each other in a circle:" >&2
    echo "$circle" | sed -n 's/^tsort: \([^ ]*\.c\)$/  \1/p' >&2
    exit 1
fi
