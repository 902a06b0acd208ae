# shellcheck shell=bash
# What every part of scripts/setup uses: the prefix, messages, the lock, staging. Sourced, never run.

shopt -s inherit_errexit
umask 022 # engines run under other uids and must be able to read what is installed here

# Debian's own interpreter: one from pyenv or a virtual environment in PATH may vanish, or be unreadable for other uids.
PYTHON=/usr/bin/python3

say() { printf 'setup: %s\n' "$*" >&2; }

die() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

# Where everything goes. Root's prefix can be read by every uid; a user's own lies in that user's cache.
prefix() {
    local where
    if [[ -n ${HOLDFAST_CACHE:-} ]]; then
        where=$HOLDFAST_CACHE
    elif ((EUID == 0)); then
        where=/var/cache/holdfast
    else
        where=${XDG_CACHE_HOME:-${HOME:?neither HOLDFAST_CACHE nor HOME is set}/.cache}/holdfast
    fi
    [[ $where == /* ]] || die "the cache folder must be an absolute path, and is '$where' (HOLDFAST_CACHE, XDG_CACHE_HOME)"
    printf '%s' "${where%/}"
}

# Runs a command as root, and says so when that takes sudo.
as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        say "needs sudo for: $*"
        sudo "$@"
    fi
}

# One setup per prefix at a time. The descriptor stays open, and so the lock held, until this process ends.
lock_prefix() {
    mkdir -p "$PREFIX"
    exec 9>"$PREFIX/.lock"
    if ! flock --nonblock 9; then
        say "another setup is at work in $PREFIX; waiting for it"
        flock 9
    fi
    # Whoever holds the lock owns tmp: what lies there is left over from a run that was cut short.
    rm -rf "$PREFIX/tmp"
    mkdir -p "$PREFIX/tmp"
    trap 'rm -rf "$PREFIX/tmp"' EXIT
}

# A new folder on the same file system as its final place, so that a rename finishes the work.
new_stage() {
    local stage
    stage=$(mktemp -d "$PREFIX/tmp/stage.XXXXXX")
    chmod 0755 "$stage" # mktemp makes it private
    printf '%s' "$stage"
}

# Puts a finished folder in its place. A run cut short between the two renames leaves nothing there, which the next run
# mends; it never leaves half of something.
publish() {
    local stage=$1 place=$2
    mkdir -p "$(dirname "$place")"
    sync -f "$stage"
    if [[ -e $place ]]; then
        mv -T "$place" "$(mktemp -d "$PREFIX/tmp/old.XXXXXX")"
    fi
    mv -T "$stage" "$place"
}
