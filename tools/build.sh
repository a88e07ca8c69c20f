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

# run_tests [--spdk] [Maven options]
run_tests() {
    local spdk=optional arguments=()
    for argument in "$@"; do
        if [ "$argument" = --spdk ]; then
            spdk=required
        else
            arguments+=("$argument")
        fi
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
