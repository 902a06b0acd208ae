import GRDB
import HoldfastCore

/// SQLite's errors in the words of this project.
enum DatabaseFailure {
    /// - Parameter file: the database, where what is wrong may be the file itself.
    static func error(_ error: any Error, _ action: String, file: String? = nil) -> HoldfastError {
        guard let error = error as? DatabaseError else {
            return error as? HoldfastError ?? HoldfastError(.databaseFailed, "Cannot \(action): \(error).", cause: error)
        }
        let detail = "SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "")"
        if isFull(error) {
            return HoldfastError(
                .diskFull, "The disk is full: cannot \(action). Nothing was changed.", detail: detail,
                hint: "free space on the state directory's file system, or run: holdfast model prune")
        }
        if let file, [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) {
            return HoldfastError(
                .databaseFailed, "Cannot \(action): \(file) is damaged.", detail: detail,
                hint: "restore from a backup copy of the state directory \(Folder.parent(of: file)), as a whole", cause: error)
        }
        return HoldfastError(
            .databaseFailed, "Cannot \(action): \(error.message ?? "SQLite error \(error.resultCode.rawValue)").", detail: detail,
            hint: "look at the disk, then restart holdfastd; holdfast audit verify --state DIR checks what is there", cause: error)
    }

    /// The second one is the index of the write-ahead log, which finds no room to grow.
    static func isFull(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return false }
        return error.resultCode == .SQLITE_FULL || error.extendedResultCode == .SQLITE_IOERR_SHMSIZE
    }

    /// After these nothing more may be written: what is on the disk is no longer known.
    static func isFatal(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError, !isFull(error) else { return false }
        return [ResultCode.SQLITE_IOERR, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_READONLY, .SQLITE_CANTOPEN].contains(error.resultCode)
    }
}
