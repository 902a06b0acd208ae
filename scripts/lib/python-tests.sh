# shellcheck shell=bash
# For tests: a virtual environment with the official OpenAI client. Debian's python3 stays untouched.

TEST_PYTHON=$PREFIX/python

test_python_ready() {
    cmp -s "$(pins tests)" "$TEST_PYTHON/requirements.txt" &&
        "$TEST_PYTHON/bin/python" -IBc 'import importlib.util as u, sys; sys.exit(not u.find_spec("openai"))' 2>/dev/null
}

install_test_python() {
    local stage
    fetch_set tests
    stage=$(new_stage)
    new_venv "$stage/venv" tests
    install -m 0644 "$(pins tests)" "$stage/venv/requirements.txt"
    publish "$stage/venv" "$TEST_PYTHON"
    say "installed $TEST_PYTHON ($(names tests | grep -o 'openai [^,]*'))"
}
