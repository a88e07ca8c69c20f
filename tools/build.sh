# SPDX-License-Identifier: Apache-2.0
# Maven as the commands of ./dev use it. Sourced after telling.sh.
# shellcheck shell=bash

# Print a line at least this often, whatever Maven does.
tell_seconds=10

# Runs Maven, and again if it failed because of a package registry.
maven() {
    try_maven shown "$@"
}

# The same, but shows Maven's output only if it fails.
maven_quietly() {
    try_maven kept "$@"
}

try_maven() {
    local mode="$1" log status=0
    shift
    log="$(mktemp)"
    maven_into "$mode" "$log" "$@" || status=$?
    if [ $status -ne 0 ] && grep -qE 'Could not (transfer|find) artifact|Unknown host' "$log"; then
        echo "dev: a package registry did not answer; trying again"
        status=0
        maven_into "$mode" "$log" -U "$@" || status=$?
    fi
    if [ $status -ne 0 ] && [ "$mode" = kept ]; then
        echo "dev: the last lines of Maven's output:" >&2
        tail -n 80 "$log" >&2
        echo "dev: the command that failed: mvn $*" >&2
    fi
    rm -f "$log"
    return $status
}

maven_into() {
    local mode="$1" log="$2" status=0
    shift 2
    local invocation=(mvn -B -ntp -Dstyle.color=never "$@")
    if [ "$mode" = kept ]; then
        start_telling "$tell_seconds" maven_stage "$log"
        "${invocation[@]}" >"$log" 2>&1 </dev/null || status=$?
    else
        start_telling "$tell_seconds" maven_silence "$log"
        "${invocation[@]}" 2>&1 </dev/null | tee "$log" || status=$?
    fi
    stop_telling
    return $status
}

# maven_silence <log>: prints what Maven is doing, if Maven has printed nothing for some seconds.
maven_silence() {
    [ -n "$(find "$1" -newermt "-$tell_seconds seconds")" ] || maven_stage "$1"
}

# maven_stage <log>: prints what Maven is doing, in words.
maven_stage() {
    local goal test
    goal="$(sed -nE 's/^\[INFO\] --- (maven-|quarkus-|exec-)?([a-z-]+):.*:([A-Za-z-]+) \(.*/\2:\3/p' "$1" | tail -n 1)"
    goal="${goal/-plugin:/:}"
    test="$(sed -nE 's/^\[INFO\] Running .*\.([A-Za-z]+).*/\1/p' "$1" | tail -n 1)"
    case "$goal" in
        compiler:compile) echo "dev: compiling the agent" ;;
        compiler:testCompile) echo "dev: compiling the tests" ;;
        spotless*) echo "dev: checking the format of the code" ;;
        maven:build | quarkus:build) echo "dev: packaging the agent" ;;
        surefire:*) echo "dev: running the unit tests${test:+, $test}" ;;
        failsafe:*) echo "dev: running the integration tests${test:+, $test}" ;;
        '') echo "dev: Maven is running, and downloads missing packages" ;;
        *) echo "dev: Maven is running $goal" ;;
    esac
}

package_agent() {
    echo "dev: building the agent"
    maven_quietly package -Dmaven.test.skip=true
}

# run_tests [--spdk] [--scale N] [Maven options]
run_tests() {
    local spdk=optional arguments=()
    while [ $# -gt 0 ]; do
        case "$1" in
            --spdk) spdk=required ;;
            --scale)
                if ! [[ "${2:-}" =~ ^[1-9][0-9]*$ ]]; then
                    echo "dev: --scale needs a number, such as --scale 2" >&2
                    return 2
                fi
                arguments+=("-Dscrubjay.test.scale=$2")
                shift
                ;;
            *) arguments+=("$1") ;;
        esac
        shift
    done
    if [ $spdk = required ] && ! spdk_is_here; then
        echo "dev: $(spdk_absence); './dev test --spdk' needs SPDK" >&2
        return 1
    fi
    check_c_layout
    local begun status=0
    begun="$(mktemp)"
    # Tests write their output to files, so that the terminal shows only results.
    maven verify -Dmaven.test.redirectTestOutputToFile=true ${arguments[@]+"${arguments[@]}"} || status=$?
    show_skipped_tests "$begun"
    rm -f "$begun"
    if [ $status -ne 0 ]; then
        show_failed_tests
        return 1
    fi
    if ! spdk_is_here; then
        echo "dev: skipped the SPDK engine's tests: $(spdk_absence)"
    fi
    command -v promtool >/dev/null ||
        echo "dev: did not test the chart's alerts: promtool is not installed (Debian has it in the package prometheus)"
}

# soak [minutes [device]]
soak() {
    local minutes="${1:-10}" device="${2:-}"
    if ! [[ "$minutes" =~ ^[1-9][0-9]*$ ]]; then
        echo "dev: soak needs a number of minutes, such as './dev soak 10', not '$minutes'" >&2
        return 2
    fi
    if [ -n "$device" ] && ! spdk_is_here; then
        echo "dev: $(spdk_absence); a soak on '$device' needs SPDK" >&2
        return 1
    fi
    echo "dev: running the soak test for $minutes minutes"
    maven -q verify -Dtest=NONE -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=SoakIT \
        -Dscrubjay.soak.seconds=$((minutes * 60)) -Dscrubjay.soak.device="$device"
}

spdk_is_here() {
    [ -z "$(spdk_absence)" ]
}

spdk_absence() {
    make -s -C src/main/c/spdk absence
}

# show_skipped_tests <file>: prints each class with tests that were skipped since the file was made, how many, and why. One line
# for each reason of a class, so that the last lines of the test runner stay on the screen.
show_skipped_tests() {
    local reports=()
    mapfile -t reports < <(find target/surefire-reports target/failsafe-reports -name 'TEST-*.xml' -newer "$1" 2>/dev/null)
    [ ${#reports[@]} -gt 0 ] || return 0
    awk '
        /<testcase / {
            class = $0
            sub(/.* classname="/, "", class)
            sub(/".*/, "", class)
            sub(/.*[.]/, "", class)
        }
        unsaid && NF {
            unsaid = 0
            skipped[class ": " $0]++
        }
        /<skipped/ {
            why = $0
            if (!sub(/.*<skipped[^>]* message="/, "", why) && !sub(/.*<skipped[^>]*><!\[CDATA\[/, "", why)) {
                why = "no reason given"
            }
            sub(/".*/, "", why)
            sub(/\]\]>.*/, "", why)
            sub(/^[A-Za-z0-9.]*(Exception|Error): /, "", why)
            sub(/^Assumption failed: /, "", why)
            gsub(/&#10;.*/, "", why)
            gsub(/&quot;/, "\"", why)
            gsub(/&apos;/, "\047", why)
            gsub(/&lt;/, "<", why)
            gsub(/&gt;/, ">", why)
            gsub(/&amp;/, "\\&", why)
            # AssertJ begins with a line break.
            if (why == "") {
                unsaid = 1
                next
            }
            skipped[class ": " why]++
        }
        END {
            for (what in skipped) {
                printf "dev: skipped %d of %s\n", skipped[what], what
            }
        }' "${reports[@]}" | sort -k5
}

# Prints the last lines of each failed test class's output, which contain its seeds.
show_failed_tests() {
    local report output
    for report in target/surefire-reports/*.txt target/failsafe-reports/*.txt; do
        output="${report%.txt}-output.txt"
        if [ -f "$output" ] && grep -qE '(FAILURE|ERROR)!$' "$report"; then
            echo "dev: the last lines of $output:"
            tail -n 60 "$output"
        fi
    done
}
