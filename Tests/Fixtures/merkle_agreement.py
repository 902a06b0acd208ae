"""Holds roots and proofs of a log against pymerkle's: {"entries": [hex], "roots": {size: hex}, "inclusion": [{index, size, path}],
"consistency": [{old, new, path}]} on stdin. Prints what was compared; exits 1 at the first that differs.

pymerkle writes consistency proofs in a form of its own, so ours are checked by RFC 9162 §2.1.4.2 against pymerkle's roots."""
import hashlib, json, sys
from pymerkle import InmemoryTree

node = lambda left, right: hashlib.sha256(b"\1" + left + right).digest()

def consistent(old, new, old_root, new_root, path):
    if old == new: return old_root == new_root and not path
    if old == 0: return not path
    path = ([old_root] if old & (old - 1) == 0 else []) + path
    fn, sn = old - 1, new - 1
    while fn & 1: fn, sn = fn >> 1, sn >> 1
    if not path: return False
    fr = sr = path[0]
    for step in path[1:]:
        if sn == 0: return False
        if fn & 1 or fn == sn:
            fr, sr = node(step, fr), node(step, sr)
            while not fn & 1 and fn: fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root

log = json.load(sys.stdin)
tree = InmemoryTree(algorithm="sha256")
for entry in log["entries"]: tree.append_entry(bytes.fromhex(entry))
for size, root in log["roots"].items():
    if tree.get_state(int(size)).hex() != root: sys.exit(f"root of {size}: {root}, pymerkle has {tree.get_state(int(size)).hex()}")
for item in log["inclusion"]:
    theirs = tree.prove_inclusion(item["index"] + 1, item["size"])
    if [h.hex() for h in theirs.path[1:]] != item["path"]: sys.exit(f"inclusion of {item['index']} in {item['size']}")
for item in log["consistency"]:
    roots = [tree.get_state(size) for size in (item["old"], item["new"])]
    if not consistent(item["old"], item["new"], *roots, [bytes.fromhex(h) for h in item["path"]]):
        sys.exit(f"consistency of {item['old']} and {item['new']}")
print(f"{len(log['roots'])} roots, {len(log['inclusion'])} inclusion proofs, {len(log['consistency'])} consistency proofs")
