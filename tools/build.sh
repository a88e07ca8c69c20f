# Maven as the commands of ./dev use it. Sourced by ./dev after setup.sh.
# shellcheck shell=bash

# Runs Maven, and once more when it was a package registry that failed.
maven() {
    local log status=0
    log="$(mktemp)"
    maven_into "$log" "$@" || status=$?
    if [ $status -ne 0 ] && grep -qE 'Could not (transfer|find) artifact|Unknown host' "$log"; then
        echo "dev: a package registry did not answer; trying once more"
        status=0
        maven_into "$log" -U "$@" || status=$?
    fi
    rm -f "$log"
    return $status
}

maven_into() {
    local log="$1"
    shift
    mvn -B -ntp -Dstyle.color=never "$@" 2>&1 </dev/null | tee "$log"
}

package_agent() {
    echo "dev: building"
    maven -q package -Dmaven.test.skip=true
}

# run_tests [--spdk] [--scale N] [Maven options]
run_tests() {
    local spdk=optional arguments=()
    while [ $# -gt 0 ]; do
        case "$1" in
            --spdk) spdk=required ;;
            --scale)
                if ! [[ "${2:-}" =~ ^[1-9][0-9]*$ ]]; then
                    echo "dev: --scale needs a number" >&2
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
        echo "dev: $(spdk_absence); 'test --spdk' needs it" >&2
        return 1
    fi
    # Tests talk to files, so that what reaches the terminal is what happened.
    if ! maven verify -Dmaven.test.redirectTestOutputToFile=true ${arguments[@]+"${arguments[@]}"}; then
        show_failed_tests
        return 1
    fi
    if ! spdk_is_here; then
        echo "dev: the SPDK engine's tests were not run: $(spdk_absence)"
    fi
    command -v promtool >/dev/null ||
        echo "dev: the chart's alerts were not tried: promtool is not here (Debian's package is prometheus)"
}

# soak [minutes [device]]
soak() {
    local minutes="${1:-10}" device="${2:-}"
    if ! [[ "$minutes" =~ ^[1-9][0-9]*$ ]]; then
        echo "dev: soak takes a number of minutes, not '$minutes'" >&2
        return 2
    fi
    if [ -n "$device" ] && ! spdk_is_here; then
        echo "dev: $(spdk_absence); a soak of '$device' needs it" >&2
        return 1
    fi
    echo "dev: soaking for $minutes minutes"
    maven -q verify -Dtest=NONE -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=SoakIT \
        -Dscrubjay.soak.seconds=$((minutes * 60)) -Dscrubjay.soak.device="$device"
}

spdk_is_here() {
    [ -z "$(spdk_absence)" ]
}

spdk_absence() {
    make -s -C src/main/c/spdk absence
}

# The end of what each failed test class printed: seeds are in it.
show_failed_tests() {
    local report output
    for report in target/surefire-reports/*.txt target/failsafe-reports/*.txt; do
        output="${report%.txt}-output.txt"
        if [ -f "$output" ] && grep -qE '(FAILURE|ERROR)!$' "$report"; then
            echo "dev: the end of $output:"
            tail -n 60 "$output"
        fi
    done
}
