# shellcheck shell=bash
# Debian packages. apt-get is called only when something is missing, so that a second run needs no network.

# To build and run Holdfast, install the engine (pip), and for the two-minute tour in the README (curl, sqlite3).
DEBIAN_BASE=(ca-certificates curl git libcurl4-openssl-dev libgomp1 libseccomp-dev libsqlite3-dev libssl-dev make openssl pkg-config python3 python3-pip sqlite3 util-linux)
DEBIAN_TESTS=(age faketime shellcheck systemd)
DEBIAN_NATIVE=(cmake g++ ninja-build)
# To make packages, look them over, and start them in a root of their own (scripts/package, scripts/boot-test).
DEBIAN_PACKAGE=(debhelper dpkg-dev fakeroot lintian mmdebstrap strace systemd-container)
DEBIAN_VM=(e2fsprogs qemu-system-x86 qemu-utils)

missing_packages() {
    command -v dpkg-query >/dev/null || die "this is not Debian; install the counterparts of: $*"
    local package
    for package in "$@"; do
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || printf '%s\n' "$package"
    done
}

packages_ready() { [[ -z $(missing_packages "$@") ]]; }

install_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    ((EUID == 0)) || command -v sudo >/dev/null || die "Debian packages are missing, and there is no sudo here. As root:" \
        "    apt-get update && apt-get install --no-install-recommends ${missing[*]}"
    say "installing Debian packages: ${missing[*]}"
    # A new machine has no package lists. One unreachable third-party source must not stop us: install will tell.
    as_root apt-get update -qq || say "not every package list could be refreshed; going on with what there is"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends \
        -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "${missing[@]}" >/dev/null
}
