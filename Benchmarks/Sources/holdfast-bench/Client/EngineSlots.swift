import Glibc

/// What an engine says of its own work: `GET /slots` on its socket.
enum EngineSlots {
    static func isBusy(_ socket: String) throws -> Bool {
        let connection = try HTTPConnection(path: socket)
        try connection.send("GET", "/slots")
        let head = try connection.readHead()
        var text: [UInt8] = []
        try connection.readBody(head) { text += $0 }
        return String(decoding: text, as: UTF8.self).contains("\"is_processing\":true")
    }

    /// - Returns: the clock when the engine works on nothing any more.
    static func waitUntilIdle(_ socket: String) throws -> Double {
        while try isBusy(socket) { usleep(1000) }
        return Clock.seconds
    }
}
