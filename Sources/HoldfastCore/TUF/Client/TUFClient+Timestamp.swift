/// §5.4 and §5.5: which snapshot is the newest, and what belongs to it.
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

extension TUFClient {
    /// What is stored is the measure for rollbacks, also when it is not the one that the timestamp names.
    mutating func takeStoredSnapshot(_ bytes: [UInt8]?) {
        phase = .snapshot
        guard let bytes, let stored = try? TUFSigned<TUFSnapshot>(parsing: bytes),
            (try? root.content.keyring(of: .snapshot).check(stored.envelope, name: TUFSnapshot.type)) != nil
        else { return }
        lastSnapshot = stored
        guard let file = try? snapshotFile(), (try? file.check(bytes, name: TUFSnapshot.type)) != nil,
            (try? checkSnapshot(stored, against: file)) != nil
        else { return }
        snapshot = stored
        phase = .storedTargets
    }

    mutating func acceptSnapshot(_ bytes: [UInt8]?) throws -> [TUFChange] {
        let bytes = try present(bytes, TUFSnapshot.type)
        let file = try snapshotFile()
        // 5.5.2
        try file.check(bytes, name: TUFSnapshot.type)
        let new = try TUFSigned<TUFSnapshot>(parsing: bytes)
        // 5.5.3
        try root.content.keyring(of: .snapshot).check(new.envelope, name: TUFSnapshot.type)
        try checkSnapshot(new, against: file)
        snapshot = new
        phase = .storedTargets
        return [.store(role: TUFSnapshot.type, version: new.version, bytes: bytes)]
    }

    private func checkSnapshot(_ new: TUFSigned<TUFSnapshot>, against file: TUFMetaFile) throws {
        // 5.5.4
        guard new.version == file.version else {
            throw HoldfastError.metadata(TUFSnapshot.type, "its version is \(new.version), and the timestamp names \(file.version)")
        }
        // 5.5.5
        for (name, before) in lastSnapshot?.content.files ?? [:] {
            guard let now = new.content.files[name] else {
                throw HoldfastError.rollback(TUFSnapshot.type, "'\(name.prefix(80))' is no longer in it")
            }
            guard now.version >= before.version else {
                throw HoldfastError.rollback(
                    TUFSnapshot.type, "it names version \(now.version) of '\(name.prefix(80))', and \(before.version) was seen before")
            }
        }
        // 5.5.6
        try new.checkExpiry(at: start)
    }
}
