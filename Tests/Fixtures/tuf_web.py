"""PyPI's tuf against a catalog that runs.

    tuf_web.py ROOT URL FOLDER PATH...   refreshes from URL/tuf/metadata, trusting the file ROOT, keeping metadata in FOLDER, and downloads each
                                         PATH; prints a JSON object: the versions of the metadata, and each target's custom data and text
"""

import json
import os
import sys

from tuf.ngclient import Updater

root, url, folder, paths = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
os.makedirs(f"{folder}/targets", exist_ok=True)
with open(root, "rb") as file:
    updater = Updater(folder, f"{url}/tuf/metadata/", f"{folder}/targets", f"{url}/tuf/targets/", bootstrap=file.read())
updater.refresh()
answer = {"targets": {}}
for path in paths:
    info = updater.get_targetinfo(path)
    text = None if info is None else open(updater.download_target(info)).read()
    answer["targets"][path] = info and {"custom": info.custom, "text": text}
answer["versions"] = {
    name: json.load(open(f"{folder}/{name}.json"))["signed"]["version"] for name in ["root", "timestamp", "snapshot", "targets"]
}
print(json.dumps(answer))
