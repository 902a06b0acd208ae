/// One saved prefix, as its sealed header and the file system describe it.
struct PrefixEntry: Sendable {
    /// In the file, sealed: even the hashes of a prompt's blocks would let a reader of the disk try texts.
    struct Header: Sendable, Codable {
        var scope: PrefixScope
        /// Nil for a pinned prompt.
        var tenant: String?
        var pin: String?
        /// Milliseconds since 1970.
        var created: Int64
        /// Bytes of the engine's file.
        var slotBytes: Int64
        /// Tokens that the engine says are in it.
        var tokens: Int
        var text: [HashChain.Link]
        var tokenChain: [HashChain.Link]

        var owner: PrefixOwner? {
            switch (tenant, pin) {
            case (let tenant?, nil): .tenant(tenant)
            case (nil, let pin?): .pinned(id: pin)
            default: nil
            }
        }
    }

    /// 32 hexadecimal digits, random: a name says nothing.
    let id: String
    let header: Header
    let owner: PrefixOwner
    /// On the disk, key and seals included.
    let storedBytes: Int64
    /// Orders entries by their last use; of an earlier run of the daemon, by the file's time.
    var lastUsed: Int64

    init?(id: String, header: Header, storedBytes: Int64, lastUsed: Int64) {
        guard let owner = header.owner, header.slotBytes > 0, header.tokens > 0 else { return nil }
        self.id = id
        self.header = header
        self.owner = owner
        self.storedBytes = storedBytes
        self.lastUsed = lastUsed
    }
}
