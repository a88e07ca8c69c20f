#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The main job on real input: upload, proof, download, damage, scrub, quarantine. Started by ./dev demo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/telling.sh
. tools/agent.sh
. tools/image.sh

step=0

# say <what this step does> [command that prints how far it is]
say() {
    step=$((step + 1))
    printf '\n%d. %s\n' "$step" "$1"
    start_telling 5 step_progress "${2:-}"
}

step_progress() {
    local how_far=
    [ -z "$1" ] || how_far="$("$1")"
    echo "   … step $step is still running${how_far:+: $how_far}"
}

files_copied() {
    echo "$(mebibytes "$(allocated_bytes "$workspace")") written"
}

upload_progress() {
    curl -s "$agent/v1/images/demo" |
        jq -r '"the image is \(.state), \(.receivedBytes / 1048576 | floor) MiB have been received"'
}

scrub_progress() {
    jq -r '"\(.progress * 100 | floor) % read"' "$workspace/run"
}

show() {
    printf '   %-22s %s\n' "$1" "$2"
}

# field <jq expression>: one field of the image as the agent describes it
field() {
    jq -r "$1" <<<"$image"
}

make_workspace demo
need_space 4096
disk="$workspace/disk.img"

say "Make a disk image: ext4, 4 GiB, sparse, of this machine's own files" files_copied
make_image "$disk" 4G 768
show "size" "$(mebibytes "$(stat -c %s "$disk")")"
show "data in it" "$(mebibytes "$(allocated_bytes "$disk")")"

say "Start the agent with an empty pool"
# shellcheck disable=SC2119 # no options beyond the usual
start_agent
show "agent" "$agent, process $agent_pid"
show "pool" "$workspace/pool"

say "Upload:  curl -T disk.img $agent/v1/images/demo/content" upload_progress
began=$SECONDS
image="$(upload "$disk" demo)"
show "ready after" "$((SECONDS - began)) s, including reading it back from the medium"
show "source digest" "$(field .sourceDigest)"
expected="sha-256:$(sha256_of "$disk")"
show "openssl's digest" "$expected"
[ "$(field .sourceDigest)" = "$expected" ] || fail "the source digest differs from the digest of the file"

say "The content digest was computed three times: from the stream, the closed volume and the snapshot"
for when in stream closed snapshot; do
    show "$when" "$(field ".verified.$when")"
    [ "$(field ".verified.$when")" = "$(field .contentDigest)" ] || fail "the three digests differ"
done

say "The agent found zeroes and did not store them"
cluster_bytes="$(field .clusterSizeBytes)"
allocated="$(field .allocatedClusters)"
show "allocated clusters" "$allocated of $(field .totalClusters), $((cluster_bytes >> 10)) KiB each"
show "zeroes skipped" "$(mebibytes "$(field .zeroBytesSkipped)")"
show "space in the pool" "$(mebibytes "$(allocated_bytes "$workspace/pool")")"
[ "$allocated" -lt "$(field .totalClusters)" ] || fail "no zeroes were skipped"

say "Download it, and compare byte for byte"
curl -sS -f "$agent/v1/images/demo/content" | cmp - "$disk" || fail "the download differs from the file"
show "cmp" "identical"

say "Behind the agent's back, flip one bit in the pool"
id="$(field .id | tr -d -)"
data="$workspace/pool/volumes/image-$id/data"
[ -f "$data" ] || fail "$data does not exist"
# The middle of the run of clusters in the middle of all: an odd place, but one that is stored.
offset="$(curl -sS -f "$agent/v1/images/demo/clusters" |
    jq '.clusterSizeBytes as $size | .allocated[(.allocated | length) / 2 | floor]
        | .[0] * $size + (.[1] * $size / 2 | floor) + 1234')"
byte="$(od -An -tu1 -j "$offset" -N 1 "$data" | tr -d ' ')"
chmod u+w "$data"
# shellcheck disable=SC2059 # the format is the byte
printf "\\x$(printf %02x $((byte ^ 1)))" |
    dd of="$data" bs=1 seek="$offset" conv=notrunc,fsync status=none
show "byte" "$offset, in chunk $((offset >> 20))"
show "before, after" "$byte, $(od -An -tu1 -j "$offset" -N 1 "$data" | tr -d ' ')"

say "Scrub it: every stored chunk is read from the medium again and compared with its leaf" scrub_progress
run="$(scrub demo deep)"
jq -c '.findings[]' <<<"$run" | while read -r finding; do show "finding" "$finding"; done
[ "$(jq '.findings | length' <<<"$run")" = 1 ] || fail "the scrub should find exactly one chunk: $run"
[ "$(jq '.findings[0].chunk' <<<"$run")" = $((offset >> 20)) ] || fail "the scrub found another chunk than the damaged one: $run"
[ "$(jq -r '.findings[0].finding' <<<"$run")" = mismatch ] || fail "the finding is not a mismatch: $run"

say "The image is quarantined: the agent no longer serves its bytes, as they differ from the upload"
image="$(curl -sS -f "$agent/v1/images/demo")"
show "state" "$(field .state)"
status="$(curl -sS -o "$workspace/answer" -w '%{http_code}' "$agent/v1/images/demo/content")"
[ "$status" = 409 ] || fail "the download of a quarantined image was answered with $status instead of 409"
show "download" "$status $(jq -r .code "$workspace/answer")"
[ "$(field .state)" = quarantined ] || fail "the image is $(field .state), not quarantined"
[ "$(jq -r .code "$workspace/answer")" = image-quarantined ] ||
    fail "the download was refused for another reason: $(cat "$workspace/answer")"

stop_telling
printf '\nEvery step succeeded, in %d s. Stopping the agent and removing %s\n' "$SECONDS" "$workspace"
