# SPDX-License-Identifier: Apache-2.0
# Installs what a command of ./dev needs and the machine lacks, and finds a JDK. Sourced by ./dev.
# shellcheck shell=bash

# mke2fs and mkfs.xfs live there; an ordinary user's PATH on Debian leaves it out.
export PATH="$PATH:/usr/sbin:/sbin"

readonly JDK_RELEASE_MIN=17
missing=()

# need <command> <Debian package> <Fedora package> <what for>
need() {
    command -v "$1" >/dev/null || want "$2" "$3" "$4"
}

# want <Debian package> <Fedora package> <what for>
want() {
    local package="$2"
    [ "$(package_tool)" = dnf ] || package="$1"
    case " ${missing[*]-} " in *" $package "*) return ;; esac
    echo "dev: installing $package: needed $3"
    missing+=("$package")
}

package_tool() {
    if command -v apt-get >/dev/null; then
        echo apt-get
    elif command -v dnf >/dev/null; then
        echo dnf
    else
        echo none
    fi
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -n "$@"
    else
        echo "dev: sudo is not installed; please run this as root: $*" >&2
        return 1
    fi
}

update_package_lists() {
    [ "$(package_tool)" = apt-get ] || return 0
    [ -z "${lists_updated-}" ] || return 0
    # If one source of packages does not answer, the packages may still come from another.
    start_telling 10 echo "dev: updating the package lists"
    as_root apt-get update -qq || echo "dev: could not update all package lists; going on"
    stop_telling
    lists_updated=yes
}

install_packages() {
    local status=0
    start_telling 10 echo "dev: installing $*"
    try_to_install "$@" || status=$?
    stop_telling
    return $status
}

try_to_install() {
    case "$(package_tool)" in
        apt-get)
            as_root env DEBIAN_FRONTEND=noninteractive \
                apt-get install -y -qq --no-install-recommends "$@" >/dev/null
            ;;
        dnf) as_root dnf install -y -q "$@" >/dev/null ;;
        none)
            echo "dev: this machine has neither apt-get nor dnf; please install: $*" >&2
            return 1
            ;;
    esac
}

install_missing() {
    [ ${#missing[@]} -gt 0 ] || return 0
    update_package_lists
    if ! install_packages "${missing[@]}"; then
        echo "dev: could not install: ${missing[*]}" >&2
        return 1
    fi
    missing=()
}

# jdk_release <directory>: prints the release of the JDK there, or nothing if it cannot build the agent.
jdk_release() {
    [ -x "$1/bin/javac" ] && [ -f "$1/include/jni.h" ] && [ -f "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Finds the JDK that JAVA_HOME names, else the one in the PATH, else the oldest that is new enough.
find_jdk() {
    local candidate release javac
    javac="$(command -v javac || true)"
    for candidate in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "${javac:-/}")")")" \
        $(printf '%s\n' /usr/lib/jvm/* | sort -V); do
        [ -n "$candidate" ] || continue
        release="$(jdk_release "$candidate")"
        if [ "${release:-0}" -ge "$JDK_RELEASE_MIN" ]; then
            export JAVA_HOME="$candidate"
            return 0
        fi
    done
    return 1
}

# Distributions carry one or two releases each: take the oldest there is, the one we compile for.
install_jdk() {
    local release package
    echo "dev: installing a JDK (headless, $JDK_RELEASE_MIN or later): needed to build and run the agent"
    update_package_lists
    for release in 17 21 25; do
        package="openjdk-$release-jdk-headless"
        [ "$(package_tool)" = apt-get ] || package="java-$release-openjdk-devel"
        if install_packages "$package" 2>/dev/null; then
            return 0
        fi
    done
    echo "dev: could not install a JDK of release $JDK_RELEASE_MIN or later; install one and set JAVA_HOME to its directory" >&2
    return 1
}

need_build_tools() {
    find_jdk || { install_jdk && find_jdk; }
    need mvn maven maven "to build the agent"
    need gcc gcc gcc "to compile the native library"
    need make make make "to compile the native library"
    [ -f /usr/include/stdlib.h ] || want libc6-dev glibc-devel "to compile the native library"
    need curl curl curl "to talk to the agent"
    need_spdk_tools
    install_missing
}

# This script does not install SPDK itself: if SPDK is installed, the engine is built against it.
need_spdk_tools() {
    [ -d /opt/spdk/lib/pkgconfig ] || [ -n "${SPDK_PREFIX-}${PKG_CONFIG_PATH-}" ] || return 0
    need pkg-config pkg-config pkgconf-pkg-config "to find SPDK"
    need_header blkid/blkid.h libblkid-dev libblkid-devel "to see what is stored on a device"
    need_header libaio.h libaio-dev libaio-devel "to link SPDK"
    need_header numa.h libnuma-dev numactl-devel "to link SPDK"
    need_header uuid/uuid.h uuid-dev libuuid-devel "to link SPDK"
    need_header openssl/ssl.h libssl-dev openssl-devel "to link SPDK"
    need_header liburing.h liburing-dev liburing-devel "to link SPDK, if it was built with io_uring"
}

# need_header <header> <Debian package> <Fedora package> <what for>
need_header() {
    [ -f "/usr/include/$1" ] || [ -n "$(find /usr/include -path "/usr/include/*-linux-gnu/$1" 2>/dev/null)" ] ||
        want "$2" "$3" "$4"
}

need_layout_tools() {
    need clang-format clang-format clang-tools-extra "to format the C code"
    install_missing
}

need_demo_tools() {
    need mke2fs e2fsprogs e2fsprogs "to make a disk image without being root"
    need openssl openssl openssl "to compute digests and compare ours with them"
    need jq jq jq "to read the agent's answers"
    need cmp diffutils diffutils "to compare bytes"
    need xargs findutils findutils "to gather files"
    install_missing
}

need_test_tools() {
    need_layout_tools
    need_demo_tools
    need mkfs.xfs xfsprogs xfsprogs "to test on a file system with reflinks"
    need strace strace strace "to kill a process at a chosen write in tests"
    need shellcheck shellcheck ShellCheck "to check these scripts"
    need xz xz-utils xz "to compress disks in tests"
    need zstd zstd zstd "to compress disks in tests"
    need pigz pigz pigz "to compress disks in tests"
    need mount mount util-linux "to fill up small file systems in tests"
    need ntfs-3g ntfs-3g ntfs-3g "to test on a file system that does not say where its holes are"
    need nbdfuse libnbd-bin nbdfuse "to make disks fail in tests"
    need mkfs.ntfs ntfs-3g ntfsprogs "to test on a file system that does not say where its holes are"
    # The shell's built-in kill cannot be started by other programs.
    [ -x /bin/kill ] || want procps procps-ng "to stop processes in tests"
    need chromium chromium chromium "to upload with a browser in tests"
    install_missing
    need_program promtool prometheus usr/bin/promtool "to test the chart's alerts"
    need_program nginx nginx usr/sbin/nginx "to fetch images from it in tests"
}

# need_program <command> <Debian package> <path in it> <purpose>: installing these packages would start a server, so only the
# program is taken out of the package, into the user's cache. If it cannot be downloaded, the tests that need it are skipped, and
# run_tests says so.
need_program() {
    local cache="${XDG_CACHE_HOME:-$HOME/.cache}/scrubjay/bin" download
    case ":$PATH:" in *":$cache:"*) ;; *) export PATH="$PATH:$cache" ;; esac
    ! command -v "$1" >/dev/null && [ "$(package_tool)" = apt-get ] || return 0
    echo "dev: downloading $1: needed $4"
    update_package_lists
    download="$(mktemp -d)"
    mkdir -p "$cache"
    if ! (cd "$download" && apt-get download -qq "$2" && dpkg-deb --fsys-tarfile ./*.deb |
        tar -x --transform='s|.*/||' -C "$cache" "./$3") >/dev/null 2>&1; then
        rm -f "${cache:?}/$1"
    fi
    rm -rf "$download"
}

need_bench_tools() {
    need qemu-img qemu-utils qemu-img "to compare with in the bench"
    need nbdcopy libnbd-bin libnbd "to compare with in the bench"
    need fio fio fio "to compare with in the bench"
    install_missing
}
