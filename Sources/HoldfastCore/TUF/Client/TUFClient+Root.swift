/// §5.3: from the trusted root to the newest.
extension TUFClient {
    mutating func acceptRoot(_ bytes: [UInt8]?) throws -> [TUFChange] {
        guard let bytes else {
            try finishRoots()
            return []
        }
        let next = try TUFSigned<TUFRoot>(parsing: bytes)
        // 5.3.4: a threshold of the old keys, and one of the new.
        try root.content.keyring(of: .root).check(next.envelope, name: TUFRoot.type)
        try next.content.keyring(of: .root).check(next.envelope, name: TUFRoot.type)
        // 5.3.5
        guard next.version == root.version + 1 else {
            throw HoldfastError.rollback(TUFRoot.type, "its version is \(next.version) and not \(root.version + 1)")
        }
        var changes: [TUFChange] = []
        // 5.3.11, at each step of the chain and in one with it: a rotation is not forgotten when the update ends here.
        if root.content.revokesKeys(of: .timestamp, in: next.content) || root.content.revokesKeys(of: .snapshot, in: next.content) {
            changes += [.forget(role: TUFTimestamp.type), .forget(role: TUFSnapshot.type)]
        }
        changes.append(.store(role: TUFRoot.type, version: next.version, bytes: bytes))
        root = next
        newRoots += 1
        // 5.3.3: what is left of a longer chain is for the next update.
        if newRoots >= limits.roots { try finishRoots() }
        return changes
    }

    private mutating func finishRoots() throws {
        // 5.3.10
        try root.checkExpiry(at: start)
        phase = .storedTimestamp
    }
}
