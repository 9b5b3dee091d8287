# shellcheck shell=bash
# The installation of schemathesis, which tries the server against its OpenAPI document. Sourced by test.

# prepare_schemathesis PINS FOLDER: makes a virtual environment with these packages, unless it is there already.
prepare_schemathesis() {
    local pins=$1 folder=$2 python=/usr/bin/python3
    if [[ -x $folder/bin/schemathesis ]] && cmp -s -- "$pins" "$folder/pins.txt"; then return 0; fi
    # Debian's: another one in PATH may lack the parts that Debian packs on their own.
    if [[ ! -x $python ]]; then python=python3; fi
    say "installing schemathesis from PyPI into $folder"
    rm -rf -- "$folder" &&
        "$python" -m venv "$folder" &&
        "$folder/bin/pip" --quiet --disable-pip-version-check install --no-deps --requirement "$pins" &&
        "$folder/bin/pip" --quiet --disable-pip-version-check check &&
        cp -- "$pins" "$folder/pins.txt"
}
