# SPDX-License-Identifier: Apache-2.0
# The image that demo and bench use. Sourced.
# shellcheck shell=bash

# make_image <image> <size> <MiB of files>: an ext4 image, sparse, that holds files of this machine. It needs no root.
make_image() {
    local files="$1.files"
    mkdir "$files"
    # Names with a newline would be cut in two, and cp would not find them: there are none in /usr.
    # Directories that only root may read are skipped.
    { find /usr/bin /usr/lib /usr/lib64 /usr/share -xdev -type f -readable -size +4k -size -65536k \
        -printf '%p\t%s\n' 2>/dev/null || true; } |
        LC_ALL=C sort |
        awk -F '\t' -v max=$(($3 << 20)) '{ total += $2; if (total <= max) print $1 }' |
        xargs -d '\n' cp --parents -t "$files"
    truncate -s "$2" "$1"
    mke2fs -q -t ext4 -d "$files" "$1"
    rm -rf "$files"
}

# The bytes that a sparse file or a directory takes on the disk.
allocated_bytes() {
    du -B1 -s "$1" | cut -f1
}

sha256_of() {
    openssl dgst -sha256 "$1" | sed 's/.*= //'
}

mebibytes() {
    echo "$((($1 + 524288) >> 20)) MiB"
}
