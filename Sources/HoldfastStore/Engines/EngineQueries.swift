import GRDB
public import HoldfastCore

enum EngineQueries {
    static func selection(in database: Database) throws -> EngineSelection {
        let rows = try Row.fetchAll(
            database, sql: "SELECT digest, name, version, program, files, installed FROM engine_build ORDER BY name")
        let builds = try rows.map { row in
            let files = try EngineFiles(parsing: row[4])
            let program: String = row[3]
            guard let file = files.files.first(where: { $0.path == program }) else {
                throw HoldfastError(
                    .databaseFailed, "The list of an engine's files lacks its program.", hint: "holdfast engine install FILE")
            }
            return InstalledEngine(
                digest: try SHA256Digest(column: row.bytes(0)), name: row[1], version: row[2], program: file, files: files,
                installed: row[5])
        }
        let choices = try Row.fetchAll(database, sql: "SELECT choice, chosen FROM engine_choice ORDER BY number DESC LIMIT 2")
        func choice(_ row: Row?) -> EngineChoice { row.flatMap { EngineChoice($0[0] as String) } ?? .automatic }
        return EngineSelection(
            builds: builds, choice: choice(choices.first), previous: choices.isEmpty ? nil : choice(choices.dropFirst().first),
            chosenAt: choices.first?[1])
    }
}

extension StoreTransaction {
    /// - Returns: what is installed from this commit on.
    /// - Throws: ``HoldfastError`` `engine_exists` when another one has its name.
    public func addEngine(_ build: InstalledEngine) throws -> EngineSelection {
        let known = try EngineQueries.selection(in: database)
        if let other = known.builds.first(where: { $0.name == build.name && $0.digest != build.digest }) {
            throw HoldfastError(
                .engineExists, "The name '\(build.name)' belongs to another engine (\(other.digest.short)).",
                hint: "choose another --name, or first run: holdfast engine remove \(build.name)", field: "name")
        }
        try database.run("DELETE FROM engine_build WHERE digest = ?", [Blob(build.digest.bytes)])
        try database.run(
            "INSERT INTO engine_build (digest, name, version, program, files, bytes, installed) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                Blob(build.digest.bytes), build.name, build.version, build.program.path, build.files.text, build.files.bytes,
                build.installed,
            ])
        return try EngineQueries.selection(in: database)
    }

    /// - Returns: what is left, from this commit on.
    /// - Throws: ``HoldfastError`` `engine_in_use` for the one that is used, or that a rollback would go back to.
    public func removeEngine(_ digest: SHA256Digest) throws -> EngineSelection {
        let known = try EngineQueries.selection(in: database)
        guard known.choice != .installed(digest), known.previous != .installed(digest) else {
            let isUsed = known.choice == .installed(digest)
            throw HoldfastError(
                .engineInUse, "This engine is \(isUsed ? "the one in use" : "what a rollback goes back to").",
                hint: "holdfast engine use another one first (twice, to forget the way back): holdfast engine list")
        }
        try database.run("DELETE FROM engine_build WHERE digest = ?", [Blob(digest.bytes)])
        return try EngineQueries.selection(in: database)
    }

    /// Lets another engine be used from this commit on. Rows that no rollback needs go.
    public func choose(_ choice: EngineChoice) throws -> EngineSelection {
        try database.run("INSERT INTO engine_choice (choice, chosen) VALUES (?, ?)", [choice.description, now])
        try database.run("DELETE FROM engine_choice WHERE number NOT IN (SELECT number FROM engine_choice ORDER BY number DESC LIMIT 2)")
        return try EngineQueries.selection(in: database)
    }

    /// - Throws: ``HoldfastError`` `engine_not_found` where nothing was ever chosen.
    public func rollBackEngine() throws -> EngineSelection {
        guard let previous = try EngineQueries.selection(in: database).previous else {
            throw HoldfastError(.engineNotFound, "No other engine was ever chosen on this node.", hint: "holdfast engine list")
        }
        return try choose(previous)
    }
}
