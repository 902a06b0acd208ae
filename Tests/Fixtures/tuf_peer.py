"""PyPI's tuf on the other side of a test.

    tuf_peer.py make FOLDER SECONDS      writes FOLDER/metadata and FOLDER/targets, which expire SECONDS after 1970; prints a JSON object: each
                                         target's path and the SHA-256 of its bytes
    tuf_peer.py consume FOLDER PATH...   refreshes from FOLDER/metadata, trusting its 1.root.json, and downloads each PATH from FOLDER/targets;
                                         prints a JSON object: each path with its SHA-256 and custom data, or null when it is not there
"""

import hashlib
import json
import os
import sys
import tempfile
from datetime import datetime, timezone

from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import DownloadHTTPError
from tuf.api.metadata import DelegatedRole, Delegations, Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.ngclient import FetcherInterface, Updater


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Maker:
    def __init__(self, folder, seconds):
        self.folder = folder
        self.expires = datetime.fromtimestamp(seconds, timezone.utc)
        self.published = {}
        self.snapshot = Snapshot(expires=self.expires)
        os.makedirs(f"{folder}/metadata")
        os.makedirs(f"{folder}/targets/dir")

    def write(self, name, signed, signers):
        metadata = Metadata(signed)
        for signer in signers:
            metadata.sign(signer, append=True)
        data = metadata.to_bytes()
        prefix = "" if name == "timestamp" else f"{signed.version}."
        with open(f"{self.folder}/metadata/{prefix}{name}.json", "wb") as file:
            file.write(data)
        if signed.type == "targets":
            self.snapshot.meta[f"{name}.json"] = MetaFile(signed.version, len(data), {"sha256": sha256(data)})
        return data

    def target(self, role, path, data, custom=None):
        target = TargetFile.from_data(path, data, ["sha256", "sha512"])
        if custom is not None:
            target.unrecognized_fields["custom"] = custom
        role.targets[path] = target
        where, _, name = path.rpartition("/")
        for digest in target.hashes.values():
            with open(f"{self.folder}/targets/{where}/{digest}.{name}", "wb") as file:
                file.write(data)
        self.published[path] = sha256(data)

    def make(self):
        rsa, ecdsa, ed25519 = CryptoSigner.generate_rsa(), CryptoSigner.generate_ecdsa(), CryptoSigner.generate_ed25519()
        online, team, binned = CryptoSigner.generate_ecdsa(), CryptoSigner.generate_ed25519(), CryptoSigner.generate_rsa()
        root = Root(expires=self.expires, consistent_snapshot=True)
        for signer in (rsa, ecdsa, ed25519):
            root.add_key(signer.public_key, "root")
        root.roles["root"].threshold = 2
        for role in ("timestamp", "snapshot"):
            root.add_key(online.public_key, role)
        root.add_key(ed25519.public_key, "targets")
        root.unrecognized_fields["comment"] = "Zwölf \"Boxkämpfer\" \\ 🥊"
        self.write("root", root, [rsa, ecdsa])
        # Version 2: one root key for another, signed by the old threshold and the new.
        new = CryptoSigner.generate_ecdsa()
        root.version = 2
        root.revoke_key(rsa.public_key.keyid, "root")
        root.add_key(new.public_key, "root")
        self.write("root", root, [ecdsa, rsa, new])

        top = Targets(expires=self.expires)
        self.target(top, "top.txt", b"top", {"release_counter": 7, "aliases": ["a", "ä"]})
        top.delegations = Delegations({}, {})
        bins = [f"bin-{index:x}" for index in range(16)]
        top.delegations.roles["team"] = DelegatedRole("team", [], 1, False, ["dir/*.gguf"])
        top.add_key(team.public_key, "team")
        for index, name in enumerate(bins):
            top.delegations.roles[name] = DelegatedRole(name, [], 1, True, None, [f"{index:x}"])
            top.add_key(binned.public_key, name)
        delegated = Targets(expires=self.expires)
        self.target(delegated, "dir/model.gguf", b"GGUF")
        # Not its to say: the path is outside of what it was given.
        delegated.targets["stolen"] = TargetFile.from_data("stolen", b"x", ["sha256"])
        self.write("team", delegated, [team])
        for index, name in enumerate(bins):
            role = Targets(expires=self.expires)
            for path in (f"model-{number}" for number in range(20)):
                if sha256(path.encode()).startswith(f"{index:x}"):
                    self.target(role, path, path.encode())
            self.write(name, role, [binned])
        self.write("targets", top, [ed25519])
        data = self.write("snapshot", self.snapshot, [online])
        timestamp = Timestamp(expires=self.expires)
        timestamp.snapshot_meta = MetaFile(1, len(data), {"sha256": sha256(data)})
        self.write("timestamp", timestamp, [online])
        return self.published


class Folder(FetcherInterface):
    def _fetch(self, url):
        try:
            with open(url.removeprefix("file://"), "rb") as file:
                yield file.read()
        except OSError:
            raise DownloadHTTPError(f"{url} is not there", 404) from None


def consume(folder, paths):
    with open(f"{folder}/metadata/1.root.json", "rb") as file:
        root = file.read()
    with tempfile.TemporaryDirectory() as own:
        updater = Updater(
            own, f"file://{folder}/metadata/", own, f"file://{folder}/targets/", Folder(), bootstrap=root)
        updater.refresh()
        answer = {}
        for path in paths:
            target = updater.get_targetinfo(path)
            answer[path] = None
            if target:
                with open(updater.download_target(target), "rb") as file:
                    answer[path] = {"sha256": sha256(file.read()), "custom": target.unrecognized_fields.get("custom")}
        return answer


if __name__ == "__main__":
    what, folder, *rest = sys.argv[1:]
    print(json.dumps(Maker(folder, int(rest[0])).make() if what == "make" else consume(folder, rest)))
