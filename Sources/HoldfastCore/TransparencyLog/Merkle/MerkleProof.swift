/// Verifies the proofs of RFC 6962 with the algorithms of RFC 9162 §2.1.3.2 and §2.1.4.2. What does not hold is false, whatever the input.
public enum MerkleProof {
    /// Whether `proof` shows that the record with hash `leaf` is number `index` (from 0) of the tree of `size` records with this root.
    public static func verifyInclusion(leaf: MerkleHash, index: Int, size: Int, proof: [MerkleHash], root: MerkleHash) -> Bool {
        guard index >= 0, index < size else { return false }
        var node = index
        var last = size - 1
        var hash = leaf
        for sibling in proof {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                hash = .node(sibling, hash)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = .node(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    /// Whether `proof` shows that the old tree is the beginning of the new one: nothing in it was changed, removed or reordered.
    public static func verifyConsistency(
        oldSize: Int, oldRoot: MerkleHash, newSize: Int, newRoot: MerkleHash, proof: [MerkleHash]
    ) -> Bool {
        guard oldSize >= 0, oldSize <= newSize else { return false }
        if oldSize == newSize { return proof.isEmpty && oldRoot == newRoot && (oldSize > 0 || oldRoot == .emptyRoot) }
        if oldSize == 0 { return proof.isEmpty && oldRoot == .emptyRoot }
        var rest = proof[...]
        var old = oldSize - 1
        var last = newSize - 1
        while old & 1 == 1 {
            old >>= 1
            last >>= 1
        }
        // An old tree that is one perfect subtree is the starting point itself and not in the proof.
        guard let start = old == 0 ? oldRoot : rest.popFirst() else { return false }
        var (oldHash, newHash) = (start, start)
        for sibling in rest {
            guard last > 0 else { return false }
            if old & 1 == 1 || old == last {
                oldHash = .node(sibling, oldHash)
                newHash = .node(sibling, newHash)
                while old & 1 == 0, old != 0 {
                    old >>= 1
                    last >>= 1
                }
            } else {
                newHash = .node(newHash, sibling)
            }
            old >>= 1
            last >>= 1
        }
        return last == 0 && oldHash == oldRoot && newHash == newRoot
    }
}
