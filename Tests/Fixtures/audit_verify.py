"""A second pair of eyes: checks what Holdfast hands out with the verifier key's text alone. Python's standard library, nothing of Holdfast.
    audit_verify.py export FILE KEY          a jsonl export (docs/audit-export.md)
    audit_verify.py proof FILE RECORD KEY    a .tlog-proof (c2sp.org/tlog-proof) and the record it is of"""
import base64, hashlib, json, sys
sha = lambda data: hashlib.sha256(data).digest()
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519, RFC 8032 §5.1: slow and plain
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
def b64(text):  # in one spelling only
    if base64.b64encode(raw := base64.b64decode(text)).decode() == text: return raw
    raise ValueError("base 64 in another spelling")
def add(p, q):
    t = D * p[0] * q[0] * p[1] * q[1]
    return (p[0] * q[1] + q[0] * p[1]) * pow(1 + t, -1, P) % P, (p[1] * q[1] + p[0] * q[0]) * pow(1 - t, -1, P) % P
def mul(s, p):
    if s == 0: return 0, 1
    half = mul(s // 2, p); return add(add(half, half), p) if s & 1 else add(half, half)
def point(raw):
    y = int.from_bytes(raw, "little"); sign, y = y >> 255, y & (1 << 255) - 1
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P; x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P: x = x * ROOT % P
    if (x * x - x2) % P or y >= P or (x == 0 and sign): raise ValueError("no point of the curve")
    return P - x if x & 1 != sign else x, y
def signed(key, message, signature):
    s, k = int.from_bytes(signature[32:], "little"), int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return len(signature) == 64 and s < L and mul(s, point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))) == add(point(signature[:32]), mul(k, point(key)))
def key_of(text):  # c2sp.org/signed-note
    name, ident, raw = text.split("+", 2); raw = b64(raw)
    if raw[0] != 1 or len(raw) != 33 or sha(name.encode() + b"\n" + raw)[:4].hex() != ident: raise ValueError("no Ed25519 verifier key")
    return name, bytes.fromhex(ident), raw[1:]
def signers(note, keys):  # a signature of a known key that does not hold is an error, of an unknown one nothing
    text, lines = note.rsplit("\n\n", 1); found = set()
    for dash, name, blob in (line.split(" ") for line in lines.splitlines()):
        for key in (k for k in keys if (dash, name, b64(blob)[:4]) == ("\u2014", k[0], k[1])):
            if not signed(key[2], (text + "\n").encode(), b64(blob)[4:]): raise ValueError("a signature does not hold")
            found.add(key)
    return text, found
def checkpoint(note, trusted, successions):  # handovers, signed by both keys, lead from the key that is trusted to the others
    turns = {trusted: (0, 1 << 62)}
    for handover in successions * len(successions):
        head, origin, size, _, old, new = handover.rsplit("\n\n", 1)[0].split("\n"); old, new = key_of(old), key_of(new)
        if head != "holdfast.local/key-succession/v1" or not origin == old[0] == new[0] == trusted[0] \
                or signers(handover, [old, new])[1] != {old, new}: raise ValueError("a handover does not hold")
        if old in turns or new in turns:
            (a, b), (c, d) = turns.get(old, (0, 1 << 62)), turns.get(new, (0, 1 << 62))
            turns[old], turns[new] = (a, min(b, int(size))), (max(c, int(size)), d)
    text, found = signers(note, turns); origin, size, root = text.split("\n")
    if origin != trusted[0] or not any(turns[k][0] <= int(size) <= turns[k][1] for k in found): raise ValueError("no key signed it in its turn")
    return int(size), b64(root)
def heights(a, b):  # of the fewest perfect subtrees over records a to b
    while a < b:
        h = min((b - a).bit_length(), (a & -a).bit_length() or 64) - 1; yield h; a += 1 << h
class Tree:
    stack, size = (), 0
    def push(self, h, height=0):
        c, self.size = self.size >> height, self.size + (1 << height)
        while c & 1: h, self.stack, c = sha(b"\1" + self.stack[-1] + h), self.stack[:-1], c >> 1
        self.stack += (h,)
    def root(self):
        h = self.stack[-1] if self.stack else sha(b"")
        for left in self.stack[-2::-1]: h = sha(b"\1" + left + h)
        return h

def export(path, key):
    *lines, rest = open(path, "rb").read().split(b"\n"); head, end = json.loads(lines[0]), json.loads(lines[-1])
    if (head["format"], head["origin"]) != ("holdfast-audit-export/1", key[0]): raise ValueError("it says it is of another log or format")
    tree, block, shown = Tree(), [], 0
    for h, k in zip(head["left"], heights(0, head["first"]), strict=True): tree.push(b64(h), k)
    for line in lines[1:-1]:
        if line.startswith(b'{"index":'):
            index, record = line[9:-1].split(b',"record":', 1); block.append(sha(b"\0" + record)); shown += 1
            if int(index) != tree.size + len(block) - 1: raise ValueError(f"record {int(index)} is not in its place")
            continue
        if (item := json.loads(line))["index"] != tree.size + ("withheld" in item) * len(block): raise ValueError(f"a line of record {item['index']} is not in its place")
        if "withheld" in item: block += [None] * item["count"]
        else:
            hashes = [b64(item["hashes"])[i:i + 32] for i in range(0, len(b64(item["hashes"])), 32)]
            for i, (mine, theirs) in enumerate(zip(block, hashes, strict=True)):
                if mine not in (None, theirs): raise ValueError(f"record {tree.size + i} was changed")
            block = [tree.push(h) for h in hashes][:0]
    size, root = checkpoint(end["checkpoint"], key, head.get("successions", []))
    if rest or block or tree.size != end["end"]: raise ValueError("it does not end where it says")
    for h, k in zip(end["right"], heights(end["end"], size), strict=True): tree.push(b64(h), k)
    if (tree.size, tree.root()) != (size, root): raise ValueError("it does not lead to the root that was signed")
    return f"{shown} of records {head['first']} to {end['end'] - 1}, of {size}"
def proof(path, record, key):
    (first, *lines), note = (part.split("\n") if i == 0 else part for i, part in enumerate(open(path, newline="").read().split("\n\n", 1)))
    extra = json.loads(b64(lines.pop(0)[6:])) if lines[0].startswith("extra ") else []
    i = index = int(lines.pop(0).removeprefix("index ")); h = sha(b"\0" + open(record, "rb").read().removesuffix(b"\n"))
    size, root = checkpoint(note, key, extra); last = size - 1
    for step in map(b64, lines):  # RFC 9162 §2.1.3.2
        if last == 0: raise ValueError("it is too long")
        right = i & 1 or i == last
        while right and not i & 1 and i: i, last = i >> 1, last >> 1
        h, i, last = sha(b"\1" + (step + h if right else h + step)), i >> 1, last >> 1
    if first != "c2sp.org/tlog-proof@v1" or last or index >= size or h != root: raise ValueError("it does not lead to the root that was signed")
    return f"record {index} of {size}"

if __name__ == "__main__":
    try: print({"export": export, "proof": proof}[sys.argv[1]](*sys.argv[2:-1], key_of(sys.argv[-1])))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error: sys.exit(f"does not hold: {error}")
