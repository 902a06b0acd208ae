"""Figures of one run of scripts/fuzz, as docs/evidence/fuzzing.json: fuzzing.py WORK SECONDS JOBS TARGET..."""

import datetime
import json
import os
import platform
import re
import subprocess
import sys

work, seconds, jobs, *targets = sys.argv[1:]


def figures(target):
    with open(f"{work}/{target}/log", errors="replace") as log:
        text = log.read()
    found = dict(re.findall(r"^stat::(\w+): *(\d+)", text, re.M))
    covered = re.findall(r"cov: (\d+)", text)
    inputs = [entry.stat().st_size for entry in os.scandir(f"{work}/{target}/corpus")]
    with open(f"{work}/{target}/status") as status:
        failed = int(status.read()) != 0
    return {
        "seconds": int(seconds),
        "executions": int(found.get("number_of_executed_units", 0)),
        "covered_edges": int(covered[-1]) if covered else 0,
        "corpus_inputs": len(inputs),
        "corpus_bytes": sum(inputs),
        "peak_memory_mb": int(found.get("peak_rss_mb", 0)),
        "findings": 1 if failed else 0,
    }


commit = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12"], capture_output=True, text=True)
json.dump(
    {
        "commit": commit.stdout.strip(),
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "machine": f"{os.cpu_count()} cores, Linux {platform.release()}, {platform.machine()}",
        "at_a_time": int(jobs),
        "targets": {target: figures(target) for target in targets},
    },
    sys.stdout,
    indent=2,
    sort_keys=True,
)
print()
