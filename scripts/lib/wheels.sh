# shellcheck shell=bash
# Pinned downloads from PyPI. scripts/pins/SET.txt is a pip requirements file with hashes: the only place where a version
# or a digest stands. Each set has a folder in the cache; pip is called only when that folder does not hold what is pinned.

pip() {
    # No cache of pip's own: what it fetches is kept here.
    PIP_ROOT_USER_ACTION=ignore "$PYTHON" -I -m pip --quiet --disable-pip-version-check --no-cache-dir --no-input "$@"
}

pins() { printf '%s' "$SCRIPTS/pins/$1.txt"; }

# True when for each requirement of the set there is a file with one of its digests, and the folder holds nothing else.
set_cached() {
    local set=$1 folder=$PREFIX/wheels/$1
    [[ -d $folder ]] || return 1
    "$PYTHON" -IB "$SCRIPTS/lib/pinned.py" check "$(pins "$set")" "$folder"
}

# fetch_set SET [PIP OPTION...]
fetch_set() {
    local set=$1 stage
    shift
    if set_cached "$set"; then return 0; fi
    if [[ -d $PREFIX/wheels/$set ]]; then
        say "the cached packages of '$set' are not what is pinned; fetching them again"
    else
        say "fetching $(names "$set")"
    fi
    stage=$(new_stage)
    pip download --no-deps --require-hashes --requirement "$(pins "$set")" --dest "$stage" "${@:---only-binary=:all:}" ||
        die "could not fetch $(names "$set") from the package index." \
            "Is there a network? (pip's message is above; its proxy and index settings are used.)"
    publish "$stage" "$PREFIX/wheels/$set"
    set_cached "$set" || die "what was fetched for '$set' does not match $(pins "$set")"
}

# "xllamacpp 1.2, other 3.4"
names() { sed -nE 's/^([A-Za-z0-9_.-]+)==([^ ]+).*/\1 \2/p' "$(pins "$1")" | paste -sd, | sed 's/,/, /g'; }

# new_venv FOLDER SET: a virtual environment without pip, filled from the cache alone.
new_venv() {
    local folder=$1 set=$2
    "$PYTHON" -I -m venv --without-pip "$folder"
    pip --python "$folder/bin/python" install --no-index --find-links "$PREFIX/wheels/$set" \
        --require-hashes --only-binary :all: --requirement "$(pins "$set")"
    # Entry points carry the path of the staging folder and would break when it is renamed; nothing uses them.
    find "$folder/bin" -type f ! -name 'python*' -delete
}
