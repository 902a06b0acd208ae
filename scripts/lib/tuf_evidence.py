"""What TUF's conformance suite found, as docs/evidence/tuf-conformance.json: tuf_evidence.py REPORT SUITE_COMMIT"""

import datetime
import json
import os
import platform
import subprocess
import sys

report, suite = sys.argv[1:]
with open(report, encoding="utf-8") as file:
    result = json.load(file)
summary = result["summary"]
commit = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12"], capture_output=True, text=True)
json.dump(
    {
        "cases": summary.get("total", 0),
        "commit": commit.stdout.strip(),
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "expected_failures": summary.get("xfailed", 0) + summary.get("xpassed", 0),
        "failed": sorted(test["nodeid"] for test in result["tests"] if test["outcome"] not in ("passed", "xfailed", "xpassed")),
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, {platform.machine()}",
        "passed": summary.get("passed", 0),
        "suite": f"theupdateframework/tuf-conformance {suite[:12]}",
    },
    sys.stdout, indent=2, sort_keys=True)
print()
