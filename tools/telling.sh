# SPDX-License-Identifier: Apache-2.0
# Prints what a script is doing while a step takes long. Sourced.
# shellcheck shell=bash

teller=

# pause <seconds>: waits without starting a process, which would hold the terminal when the script ends.
pause() {
    read -rt "$1" <> <(:) || true
}

# start_telling <seconds> <command …>: runs the command every so many seconds until stop_telling, and prints its output with
# the seconds since the start; prints nothing if the command prints nothing. Ends with the script, however that ends.
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
