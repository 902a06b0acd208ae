"""What a package is made of, as SPDX 2.3 JSON.

    sbom.py OUT.json PACKAGE VERSION EPOCH < COMPONENTS

COMPONENTS has a line each: NAME<tab>VERSION<tab>LICENSE<tab>PURL<tab>HOW, HOW being STATIC_LINK, DYNAMIC_LINK or CONTAINS.
"""

import datetime
import hashlib
import json
import re
import sys


def identifier(name):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]+", "-", name)


def described(name, version, license, purl):
    package = {"SPDXID": identifier(name), "name": name, "versionInfo": version, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
               "licenseConcluded": license, "licenseDeclared": license, "copyrightText": "NOASSERTION"}
    if purl:
        package["externalRefs"] = [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}]
    return package


def main(out, name, version, epoch):
    rows = sorted(tuple(line.rstrip("\n").split("\t")) for line in sys.stdin if line.strip())
    made = datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    content = hashlib.sha256(repr((name, version, rows)).encode()).hexdigest()
    document = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"{name}-{version}",
        "documentNamespace": f"https://holdfast.invalid/spdx/{name}-{version}-{content[:16]}",
        "creationInfo": {"created": made, "creators": ["Tool: holdfast-scripts-lib-sbom.py"]},
        "packages": [described(name, version, "Apache-2.0", "")] + [described(*row[:4]) for row in rows],
        "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": identifier(name)}]
        + [{"spdxElementId": identifier(name), "relationshipType": row[4], "relatedSpdxElement": identifier(row[0])} for row in rows],
    }
    with open(out, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1, ensure_ascii=False)
        file.write("\n")


main(*sys.argv[1:])
