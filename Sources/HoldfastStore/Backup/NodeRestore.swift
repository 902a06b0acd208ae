import GRDB
import Glibc
import HoldfastCore
import HoldfastCrypto

/// Restores a backup into the state directory of a stopped node: reads it beside what is there, checks all of it, and only then exchanges.
///
/// One task at a time. Dropped before ``apply(by:)``, it removes what it unpacked; what was there is as it was.
public final class NodeRestore {
    public struct Options: Sendable {
        public var stateDirectory: String
        /// The signing key's seed, where the state directory does not have it.
        public var signingKey: [UInt8]?
        /// `$CREDENTIALS_DIRECTORY`, where the key is a systemd credential.
        public var credentialsDirectory: String?
        /// The state directory may be another node's; that node's log is put aside like any other. Takes ``signingKey``.
        public var replacesAnotherNode = false
        public var now: @Sendable () -> Int64 = StoreOptions.wallClock

        public init(stateDirectory: String) { self.stateDirectory = stateDirectory }
    }

    let options: Options
    let directory: StateDirectory
    let exchange: RestoreExchange
    private let lock: OpenFile
    private var reader = BackupReader()
    private var current: OpenFile?
    private(set) var note: SignedNote?
    private var isDone = false
    var checked: BackupCheck?

    /// - Throws: ``HoldfastError`` `state_in_use` while a node runs, `configuration_invalid`, `file_unreadable`.
    public init(_ options: Options) throws {
        self.options = options
        directory = StateDirectory(path: options.stateDirectory)
        try directory.prepare()
        lock = try directory.takeLock()
        exchange = RestoreExchange(directory: directory)
        try exchange.completeOrForget()
        for folder in ["", "/keys", "/models"] { try Folder.make(exchange.building + folder, mode: 0o700) }
    }

    deinit { if !isDone { try? Tree.remove(exchange.building) } }

    /// The archive's bytes, in order.
    /// - Throws: ``HoldfastError`` `backup_invalid`, `disk_full`, `file_unreadable`.
    public func read(_ bytes: UnsafeRawBufferPointer) throws {
        var reader = reader
        try reader.read(bytes) { try take($0) }
        self.reader = reader
    }

    private func take(_ event: BackupReader.Event) throws {
        switch event {
        case .manifest(let manifest, let note):
            try DiskRoom.require(manifest.bytes, in: directory.path, reserve: 0, for: "The backup")
            self.note = note
        case .file(let file):
            let name = file.model.map { "models/\($0.hex)" } ?? (file.path == BackupManifest.database ? "holdfast.db" : nil)
            // The sealed key is for whoever can open it.
            current = try name.map {
                try OpenFile("\(exchange.building)/\($0)", O_RDWR | O_CREAT | O_EXCL, action: "unpack the backup")
            }
            if file.size == 0 { return }
        case .data(let bytes): try current?.writeAll(bytes)
        case .end:
            guard let file = current else { return }
            current = nil
            if !file.path.hasSuffix("/holdfast.db"), fchmod(file.descriptor, 0o444) != 0 {
                throw SystemError.error("set a file's mode", file.path)
            }
            try file.synchronize()
        }
    }

    /// Once all bytes were read.
    func finishReading() throws -> (BackupManifest, SignedNote) {
        let manifest = try reader.finish()
        guard let note else { throw BackupCheck.refuse("it has no manifest") }
        return (manifest, note)
    }

    func done() { isDone = true }
}
