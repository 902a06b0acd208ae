import HoldfastAPI

/// Tokens and application sockets in words.
enum SubjectText {
    static func tokens(_ tokens: [TokenInfo], names: AccessText.Names, style: Style) -> String {
        guard !tokens.isEmpty else { return "There is no token.\n" }
        var table = Table([
            ("NAME", .left), ("ROLE", .left), ("EXPIRES", .left), ("LAST USED", .left), ("MADE", .left), ("BY", .left),
        ])
        for token in tokens {
            let expires = LocalTime.text(token.expires) + (token.isExpired ? " (expired)" : "")
            table.add([
                token.name, token.role, expires, token.lastUsed ?? "never", LocalTime.text(token.created), names.user(token.creatorUID),
            ])
        }
        return table.text(style: style)
    }

    static func sockets(_ sockets: [SocketInfo], names: AccessText.Names, style: Style) -> String {
        guard !sockets.isEmpty else { return "There is no application socket.\n" }
        var table = Table([("NAME", .left), ("SUBJECT", .left), ("PATH", .left), ("MADE", .left), ("BY", .left)])
        for socket in sockets {
            table.add([
                socket.name, subject(of: socket, names: names), socket.problem.map { "not open: \($0)" } ?? socket.path,
                LocalTime.text(socket.created), names.user(socket.creatorUID),
            ])
        }
        return table.text(style: style)
    }

    static func subject(of socket: SocketInfo, names: AccessText.Names) -> String {
        socket.actsAs.map { "\(names.user($0)) as \(socket.subject)" } ?? socket.subject
    }
}
