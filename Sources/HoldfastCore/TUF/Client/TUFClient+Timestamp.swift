/// §5.4: which snapshot is the newest.
extension TUFClient {
    /// What is stored counts as long as the root's keys have signed it, expired or not: the new one may not be older.
    mutating func takeStoredTimestamp(_ bytes: [UInt8]?) {
        phase = .timestamp
        guard let bytes, let stored = try? TUFSigned<TUFTimestamp>(parsing: bytes),
            (try? root.content.keyring(of: .timestamp).check(stored.envelope, name: TUFTimestamp.type)) != nil
        else { return }
        timestamp = stored
    }

    mutating func acceptTimestamp(_ bytes: [UInt8]?) throws -> [TUFChange] {
        let bytes = try present(bytes, TUFTimestamp.type)
        let new = try TUFSigned<TUFTimestamp>(parsing: bytes)
        // 5.4.2
        try root.content.keyring(of: .timestamp).check(new.envelope, name: TUFTimestamp.type)
        // 5.4.3
        if let old = timestamp {
            guard new.version >= old.version else {
                throw HoldfastError.rollback(TUFTimestamp.type, "its version is \(new.version), and \(old.version) was seen before")
            }
            if new.version == old.version {
                // It says nothing new, whatever it says. What is trusted may have expired meanwhile.
                try old.checkExpiry(at: start)
                phase = .storedSnapshot
                return []
            }
            let (before, now) = (old.content.snapshot.version, new.content.snapshot.version)
            guard now >= before else {
                throw HoldfastError.rollback(TUFTimestamp.type, "it names version \(now) of the snapshot, and \(before) was seen before")
            }
        }
        // 5.4.4
        try new.checkExpiry(at: start)
        timestamp = new
        phase = .storedSnapshot
        return [.store(role: TUFTimestamp.type, version: new.version, bytes: bytes)]
    }

    func snapshotFile() throws -> TUFMetaFile {
        guard let timestamp else { throw HoldfastError(.internalError, "The snapshot was looked for before the timestamp.") }
        return timestamp.content.snapshot
    }
}
