# SPDX-License-Identifier: Apache-2.0
# Says what a script is at while that takes long. Sourced.
# shellcheck shell=bash

teller=

# Waits for so many seconds without a process of its own, which would hold the terminal when the script ends.
pause() {
    read -rt "$1" <> <(:) || true
}

# start_telling <seconds> <command …>: until stop_telling, prints every so many seconds what the command prints, and for
# how long that has been so. A command that prints nothing has nothing to tell. Ends with the script, however that ends.
start_telling() {
    local every="$1" owner=$BASHPID began=$SECONDS line
    shift
    stop_telling
    (
        trap - EXIT
        while pause "$every"; kill -0 "$owner" 2>/dev/null; do
            line="$("$@" 2>/dev/null)" || true
            [ -z "$line" ] || echo "$line ($((SECONDS - began)) s)"
        done
    ) >&2 &
    teller=$!
}

stop_telling() {
    [ -n "$teller" ] || return 0
    kill "$teller" 2>/dev/null || true
    wait "$teller" 2>/dev/null || true
    teller=
}
