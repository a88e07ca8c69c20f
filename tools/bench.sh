#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compares speed and memory with the standard tools, in one table. Started by ./dev bench.
#
#   tools/bench.sh            medians of 5 rounds (BENCH_ROUNDS overrides)
#   tools/bench.sh --quick    one round on smaller data: to check that the bench works, not for figures
#   tools/bench.sh scrub …    only these parts: upload, zeroes, zero_scan, scrub, virtual_sizes, memory, spdk
#   tools/bench.sh --spdk     only the part spdk, which runs only when it is named
#
# In each round the agent and the tools take turns, so that a slow minute of the machine slows both. Before the rounds
# each runs once unmeasured: the source files are then in the page cache for all of them, and the JVM is warm.
# shellcheck disable=SC2119 # start_agent takes options, and needs none here
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/telling.sh
. tools/agent.sh
. tools/build.sh
. tools/image.sh
. tools/measure.sh

rounds="${BENCH_ROUNDS:-5}"
image_size=4G image_files_mib=768 zero_size=16G dense_mib=2048 small_mib=1024 small_uploads=100
parts=()
for argument in "$@"; do
    case "$argument" in
        --quick)
            rounds="${BENCH_ROUNDS:-1}"
            image_size=1G image_files_mib=192 zero_size=2G dense_mib=256 small_mib=128
            parts=(upload zeroes scrub virtual_sizes memory)
            ;;
        --spdk) parts+=(spdk) ;;
        upload | zeroes | zero_scan | scrub | virtual_sizes | memory | spdk) parts+=("$argument") ;;
        *)
            echo "bench: unknown part or option '$argument'; parts: upload zeroes zero_scan scrub virtual_sizes memory spdk" >&2
            exit 2
            ;;
    esac
done
[ ${#parts[@]} -gt 0 ] || parts=(upload zeroes zero_scan scrub virtual_sizes memory)

progress() {
    printf '%4d s  %s\n' "$SECONDS" "$*"
    start_telling 10 echo "        … $*"
}

each_round() {
    local round
    for ((round = 1; round <= rounds; round++)); do
        progress "$1, round $round of $rounds"
        "$2"
    done
}

# Drops a file's pages from the page cache. Needs no root.
drop_cache() {
    dd of="$1" oflag=nocache conv=notrunc,fdatasync count=0 status=none
}

# ---- upload of the demo image -------------------------------------------------------------------------------------

upload_disk() {
    upload "$disk" disk
}

# Does an upload's work with the fastest tools there are: digest, sparse copy, sync, digest read from the medium.
tools_job() {
    openssl dgst -sha256 "$disk"
    qemu_img_copy
    drop_cache "$copy"
    openssl dgst -sha256 "$copy"
}

qemu_img_copy() {
    qemu-img convert -f raw -O raw "$disk" "$copy"
    sync "$copy"
}

nbdcopy_copy() {
    nbdcopy "$disk" "$copy"
    sync "$copy"
}

cp_copy() {
    cp --sparse=always "$disk" "$copy"
    sync "$copy"
}

round_of_uploads() {
    timed upload upload_disk
    delete_image disk
    local peer
    for peer in tools_job qemu_img_copy nbdcopy_copy cp_copy; do
        timed "$peer" "$peer"
        rm "$copy"
    done
}

need_demo_image() {
    disk="$workspace/disk.img"
    [ -f "$disk" ] && return
    progress "making the demo image: $image_size with $image_files_mib MiB of files"
    make_image "$disk" "$image_size" "$image_files_mib"
}

bench_upload() {
    copy="$workspace/copy.img"
    need_demo_image
    sha256_of "$disk" >/dev/null
    upload_disk >/dev/null
    delete_image disk
    each_round "upload" round_of_uploads

    local ours peer
    ours="$(median upload)"
    peer="$(median tools_job)"
    row "upload of the demo image to ready" "$(seconds upload)" "openssl, qemu-img, sync, openssl" "$(seconds tools_job)" \
        "$(ratio "$ours" "$peer")" most 0.70
    for peer in qemu_img_copy nbdcopy_copy cp_copy; do
        row "" "" "$(peer_words $peer)" "$(seconds $peer)" "$(ratio "$ours" "$(median $peer)")"
    done
}

peer_words() {
    case "$1" in
        qemu_img_copy) echo "qemu-img convert, sync: no proof" ;;
        nbdcopy_copy) echo "nbdcopy, sync: no proof" ;;
        cp_copy) echo "cp --sparse=always, sync: no proof" ;;
    esac
}

# ---- upload of nothing but zeroes ---------------------------------------------------------------------------------

upload_zeroes() {
    upload "$zeroes" zeroes
}

round_of_zeroes() {
    local before taken
    sync -f "$workspace"
    before="$(allocated_bytes "$workspace/pool")"
    timed zeroes upload_zeroes
    taken=$(($(allocated_bytes "$workspace/pool") - before))
    record zeroes_taken "$taken"
    record zeroes_clusters "$(curl -sS -f "$agent/v1/images/zeroes" | jq .allocatedClusters)"
    delete_image zeroes
    timed zeroes_openssl openssl dgst -sha256 "$zeroes"
}

bench_zeroes() {
    zeroes="$workspace/zeroes.img"
    truncate -s "$zero_size" "$zeroes"
    each_round "upload of $zero_size of zeroes" round_of_zeroes

    local bytes ours peer
    bytes="$(stat -c %s "$zeroes")"
    ours="$(rate "$bytes" "$(median zeroes)")"
    peer="$(rate "$bytes" "$(median zeroes_openssl)")"
    row "upload of $zero_size of zeroes" "$ours MiB/s" "openssl dgst -sha256, one thread" "$peer MiB/s" \
        "$(ratio "$ours" "$peer")" least 0.70
    row "  clusters it allocates" "$(median zeroes_clusters)" "none" 0 "$(median zeroes_clusters)" most 0
    row "  the pool grows by its manifest" "$(($(median zeroes_taken) >> 10)) KiB" "at most 1 MiB" "1024 KiB" \
        "$(ratio "$(median zeroes_taken)" 1048576)" most 1.00
    rm "$zeroes"
}

# ---- zero scan ----------------------------------------------------------------------------------------------------

bench_zero_scan() {
    progress "zero scan (JMH, about a minute)"
    local output line window
    maven -q test-compile
    # A process of its own: JMH forks with the class path it finds there. Not in one go with the build, which runs
    # make by the same plugin.
    output="$(maven -q exec:exec -Dexec.classpathScope=test \
        -Dexec.executable="${JAVA_HOME:+$JAVA_HOME/bin/}java" \
        -Dexec.args="-cp %classpath io.scrubjay.block.ZeroScanBench")" || fail "the zero scan's benchmark failed: $output"
    while read -r line; do
        window="$(word window "$line")"
        row "zero scan, window of $((window >> 10)) KiB" "$(rate "$(word zeroScan "$line")" 1) MiB/s" \
            "memcmp with zeroes" "$(rate "$(word memcmp "$line")" 1) MiB/s" "$(word ratio "$line")" least 0.80
    done < <(grep '^bench zero-scan ' <<<"$output")
}

# word <name> <line>: the value in "… name=value …"
word() {
    tr ' ' '\n' <<<"$2" | sed -n "s/^$1=//p"
}

# ---- scrub --------------------------------------------------------------------------------------------------------

scrub_intact() {
    [ "$(scrub "$1" "$2" | jq '.findings | length')" = 0 ] || fail "the scrub of $1 found damage, and there should be none"
}

round_of_scrubs() {
    timed scrub_light scrub_intact dense light
    timed scrub_dd dd if="$dense_data" iflag=direct bs=1M of=/dev/null status=none
    timed scrub_deep scrub_intact dense deep
    timed scrub_openssl openssl dgst -sha256 "$dense"
}

round_of_virtual_sizes() {
    local level
    for level in light deep; do
        timed "small_$level" scrub_intact small $level
        timed "large_$level" scrub_intact large $level
    done
}

bench_scrub() {
    dense="$workspace/dense.img"
    local bytes=$((dense_mib << 20)) image
    progress "making and uploading $dense_mib MiB without zeroes"
    head -c "$bytes" /dev/urandom >"$dense"
    image="$(upload "$dense" dense)"
    dense_data="$workspace/pool/volumes/image-$(jq -r .id <<<"$image" | tr -d -)/data"
    scrub_intact dense deep
    each_round "scrub" round_of_scrubs
    row "scrub, light" "$(rate "$bytes" "$(median scrub_light)") MiB/s" "dd iflag=direct bs=1M, same file" \
        "$(rate "$bytes" "$(median scrub_dd)") MiB/s" "$(ratio "$(median scrub_dd)" "$(median scrub_light)")" least 0.90
    row "scrub, deep" "$(rate "$bytes" "$(median scrub_deep)") MiB/s" "openssl dgst -sha256, from memory" \
        "$(rate "$bytes" "$(median scrub_openssl)") MiB/s" \
        "$(ratio "$(median scrub_openssl)" "$(median scrub_deep)")" least 0.80
    delete_image dense
    rm "$dense"
}

bench_virtual_sizes() {
    dense="$workspace/dense.img"
    head -c "${small_mib}M" /dev/urandom >"$dense"
    progress "uploading $small_mib MiB twice, once into a volume of 1 TiB"
    upload "$dense" small >/dev/null
    upload "$dense" large size=1T >/dev/null
    each_round "scrub of 1 TiB" round_of_virtual_sizes
    local level
    for level in light deep; do
        row "scrub, $level, 1 TiB, $small_mib MiB of it data" "$(seconds large_$level)" "$small_mib MiB, the same data" \
            "$(seconds small_$level)" "$(ratio "$(median large_$level)" "$(median small_$level)")" most 1.20
    done
    delete_image small
    delete_image large
    rm "$dense"
}

# ---- memory -------------------------------------------------------------------------------------------------------

# kibibytes <field of /proc/pid/status>
kibibytes() {
    awk -v field="$1:" '$1 == field { print $2 }' "/proc/$agent_pid/status"
}

bench_memory() {
    progress "8 uploads at once"
    stop_agent
    # A fresh process, so that its high-water mark is that of these uploads.
    start_agent
    local uploads=() index small="$workspace/small.img" after_first
    need_demo_image
    for index in 1 2 3 4 5 6 7 8; do
        upload "$disk" "disk-$index" >/dev/null &
        uploads+=($!)
    done
    for index in "${uploads[@]}"; do
        wait "$index" || fail "one of 8 uploads failed"
    done
    row "RSS, highest under 8 uploads" "$(($(kibibytes VmHWM) >> 10)) MiB" "stated limit" "400 MiB" \
        "$(ratio "$(kibibytes VmHWM)" 409600)" most 1.00
    row "  at rest afterwards" "$(($(kibibytes VmRSS) >> 10)) MiB" "" "" ""
    for index in 1 2 3 4 5 6 7 8; do
        delete_image "disk-$index"
    done

    # Memory of the heap is used for the first time only once: the first hundred uploads show that, the second a leak.
    progress "twice $small_uploads small uploads"
    openssl rand -out "$small" $((8 << 20))
    for ((index = 1; index <= 2 * small_uploads; index++)); do
        upload "$small" small >/dev/null
        delete_image small
        if [ $index -eq "$small_uploads" ]; then
            after_first="$(kibibytes VmRSS)"
        fi
    done
    row "RSS after $((2 * small_uploads)) uploads of 8 MiB" "$(($(kibibytes VmRSS) >> 10)) MiB" \
        "after $small_uploads" "$((after_first >> 10)) MiB" "$(ratio "$(kibibytes VmRSS)" "$after_first")" most 1.05
}

# ---- the SPDK engine ----------------------------------------------------------------------------------------------

spdk_mib=1024 spdk_depth=8

# Runs fio once over a file that has been written before, as the agent's device has; adds MiB/s to the series.
fio_round() {
    local rate
    rate="$(fio --name=bench --filename="$workspace/fio.dat" --rw="$1" --bs=1M --iodepth=$spdk_depth --ioengine=libaio \
        --direct=1 --size=${spdk_mib}M --end_fsync=1 --output-format=json |
        jq "[.jobs[0].read.bw, .jobs[0].write.bw] | max / 1024")"
    record "fio_$1" "$rate"
}

engine_round() {
    local line
    rm -f "$workspace/device"
    head -c 1M /dev/zero >"$workspace/device"
    head -c "$((spdk_mib + 64))M" /dev/urandom >>"$workspace/device"
    head -c 1M /dev/zero >>"$workspace/device"
    sync "$workspace/device"
    line="$(maven -q exec:exec -Dexec.classpathScope=test -Dexec.executable="${JAVA_HOME:+$JAVA_HOME/bin/}java" \
        -Dexec.args="-cp %classpath io.scrubjay.engine.spdk.SequentialBench $workspace/device $spdk_mib $spdk_depth" |
        grep '^bench spdk ')" || fail "the SPDK engine's benchmark failed"
    record spdk_first "$(word first "$line")"
    record spdk_write "$(word write "$line")"
    record spdk_read "$(word read "$line")"
}

round_of_spdk() {
    engine_round
    fio_round write
    fio_round read
}

# Uploads the demo image to an agent on each engine, in turn.
round_of_engines() {
    start_agent
    upload_warm upload_file_engine
    record rss_file "$(($(kibibytes VmRSS) >> 10))"
    stop_agent
    start_spdk_agent
    upload_warm upload_spdk_engine
    idle_round
    record rss_spdk "$(($(kibibytes VmRSS) >> 10))"
    stop_agent
}

# upload_warm <series>: the third upload of a fresh agent; the JVM compiles on both cores during the first two.
upload_warm() {
    local index
    for index in 1 2; do
        upload_disk >/dev/null
        delete_image disk
    done
    timed "$1" upload_disk
    delete_image disk
}

start_spdk_agent() {
    rm -f "$workspace/device"
    truncate -s 6G "$workspace/device"
    start_agent -Dscrubjay.engine=spdk "-Dscrubjay.spdk.device=aio:$workspace/device,fallocate" \
        -Dscrubjay.pool.format=if-blank
}

# Processor time of the whole agent at rest, in percent of a core.
idle_round() {
    local before after
    sleep 3
    before="$(awk '{ print $14 + $15 }' "/proc/$agent_pid/stat")"
    sleep 10
    after="$(awk '{ print $14 + $15 }' "/proc/$agent_pid/stat")"
    record idle "$(awk -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" 'BEGIN { print ticks / hz * 10 }')"
}

bench_spdk() {
    spdk_is_here || fail "$(spdk_absence); the part spdk needs SPDK"
    stop_agent
    maven -q test-compile
    fio_round write
    rm "$workspace/series.fio_write"
    each_round "SPDK engine compared with fio" round_of_spdk
    local kind
    for kind in write read; do
        row "SPDK engine, sequential $kind, 1 MiB x $spdk_depth" "$(printf %.0f "$(median spdk_$kind)") MiB/s" \
            "fio libaio O_DIRECT, same depth" "$(printf %.0f "$(median fio_$kind)") MiB/s" \
            "$(ratio "$(median spdk_$kind)" "$(median fio_$kind)")" least 0.95
    done
    row "  the same, clusters written first" "$(printf %.0f "$(median spdk_first)") MiB/s" "" "" ""
    need_demo_image
    each_round "upload on both engines" round_of_engines
    row "upload of the demo image, SPDK engine" "$(seconds upload_spdk_engine)" "file engine" \
        "$(seconds upload_file_engine)" "$(ratio "$(median upload_spdk_engine)" "$(median upload_file_engine)")" most 1.10
    row "  idle agent, percent of a core" "$(median idle)" "at most" 2 "$(ratio "$(median idle)" 2)" most 1.00
    row "  RSS above the file engine's" "$(("$(median rss_spdk | cut -d. -f1)" - "$(median rss_file | cut -d. -f1)")) MiB" \
        "at most" "64 MiB" "$(ratio "$(($(median rss_spdk | cut -d. -f1) - $(median rss_file | cut -d. -f1)))" 64)" most 1.00
}

# -------------------------------------------------------------------------------------------------------------------

make_workspace bench
need_space 12288
progress "$(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), Linux $(uname -r), $(
    df --output=fstype "$workspace" | tail -n 1), java ${AGENT_OPTIONS[*]}; up to 12 GiB in $workspace"
start_agent
for part in "${parts[@]}"; do
    "bench_$part"
done
print_table "$rounds"
