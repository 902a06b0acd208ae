# shellcheck shell=bash
# Debian 12 as a folder, made once of Debian's packages by mmdebstrap: for scripts/boot-test and scripts/vm-test. Sourced after common.sh.

# What a small gateway has, and strace to look at it with. The programs of Holdfast bring their own dependencies; they are here so that
# installing needs no network.
ROOT_PACKAGES=(systemd systemd-sysv dbus procps util-linux libgomp1 libsqlite3-0 libssl3 libseccomp2 libstdc++6)

# root_archive boot|vm: the path of a tar archive, made if it is not there. vm: with a kernel.
root_archive() {
    local name archive sources=/etc/apt/sources.list.d/debian.sources names=("${ROOT_PACKAGES[@]}")
    case $1 in
    boot) names+=(strace) ;;
    vm) names+=(linux-image-amd64 kmod udev initramfs-tools) ;;
    esac
    name=bookworm-$(printf '%s\n' "${names[@]}" | sha256sum | cut -c 1-16)
    archive=$PREFIX/roots/$name.tar
    if [[ ! -f $archive ]]; then
        say "making a Debian root of ${#names[@]} packages: one to five minutes, mostly the mirror's"
        mkdir -p "$PREFIX/roots"
        rm -rf "$archive.new"
        [[ -f $sources ]] || sources=
        # shellcheck disable=SC2086 # no mirror at all when there is no such file
        mmdebstrap --quiet --mode=root --format=tar --variant=minbase --skip=output/mknod --include="$(printf '%s,' "${names[@]}")" \
            bookworm "$archive.new" $sources || die "mmdebstrap did not make a root"
        mv "$archive.new" "$archive"
    fi
    printf '%s' "$archive"
}
