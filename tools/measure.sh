# SPDX-License-Identifier: Apache-2.0
# Times, medians and the table of bench.sh. Sourced.
# shellcheck shell=bash
# shellcheck disable=SC2154 # $workspace is make_workspace's

# Write numbers with a decimal point.
export LC_ALL=C

# timed <series> <command …>: runs it, its standard output thrown away, and adds the seconds it took to the series.
timed() {
    local series="$1" began ended
    shift
    # Writes that earlier commands left must not count here.
    sync -f "$workspace"
    began="$EPOCHREALTIME"
    "$@" >/dev/null
    ended="$EPOCHREALTIME"
    record "$series" "$(awk -v from="$began" -v to="$ended" 'BEGIN { printf "%.4f", to - from }')"
}

record() {
    echo "$2" >>"$workspace/series.$1"
}

median() {
    sort -n "$workspace/series.$1" |
        awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

# seconds <series>: its median, as text
seconds() {
    printf '%.2f s' "$(median "$1")"
}

ratio() {
    awk -v ours="$1" -v peer="$2" 'BEGIN { printf "%.2f", ours / peer }'
}

# rate <bytes> <seconds>: in MiB/s
rate() {
    awk -v bytes="$1" -v seconds="$2" 'BEGIN { printf "%.0f", bytes / seconds / 1048576 }'
}

targets=0
targets_met=0
rows=()

# judge <number> <most|least> <bound>: sets the verdict to "yes" or "NO", and counts it.
judge() {
    targets=$((targets + 1))
    verdict="$(awk -v x="$1" -v kind="$2" -v bound="$3" \
        'BEGIN { print ((kind == "most") ? x <= bound : x >= bound) ? "yes" : "NO" }')"
    if [ "$verdict" = yes ]; then
        targets_met=$((targets_met + 1))
    fi
}

# row <what> <ours> <peer> <its figure> <ratio> [most|least <bound>]
row() {
    local bound=
    verdict=
    if [ $# -gt 5 ]; then
        judge "$5" "$6" "$7"
        if [ "$6" = most ]; then bound="<= $7"; else bound=">= $7"; fi
    fi
    rows+=("$(printf '%-38s %12s   %-34s %12s %6s  %-8s %s' "$1" "$2" "$3" "$4" "$5" "$bound" "$verdict")")
}

print_table() {
    printf '\n%-38s %12s   %-34s %12s %6s  %-8s %s\n' measured agent 'compared with' '' ratio target met
    printf '%s\n' "${rows[@]}"
    printf '\nMedians of %d rounds. %d of %d targets met.\n' "$1" "$targets_met" "$targets"
}
