import HoldfastAPI

/// Limits and their use in words.
enum LimitsText {
    static func limits(_ body: LimitsBody, style: Style) -> String {
        guard !body.bindings.isEmpty else { return "No binding has limits here.\n" }
        var table = Table([
            ("ROLE", .left), ("CALLER", .left), ("THIS MINUTE", .right), ("AT A TIME", .right), ("TOKENS TODAY", .right),
            ("CONTEXT", .right), ("HOURS", .left), ("LIMITS", .left),
        ])
        for binding in body.bindings {
            let rows = binding.use.isEmpty ? [nil] : binding.use.map(Optional.some)
            for use in rows {
                table.add([
                    binding.role, use?.caller ?? binding.subjects.joined(separator: ", "),
                    part(use?.requests, of: binding.requestsPerMinute), part(use?.running, of: binding.concurrentRequests),
                    part(use.map { $0.tokens + $0.reservedTokens }, of: binding.tokensPerDay), binding.context.map { "\($0)" } ?? "",
                    hours(binding), binding.location,
                ])
            }
        }
        return table.text(style: style)
    }

    private static func part(_ used: Int64?, of bound: Int64?) -> String { bound.map { "\(used ?? 0) of \($0)" } ?? "" }

    private static func hours(_ binding: LimitsBody.Binding) -> String {
        guard let hours = binding.hours, let zone = binding.zone else { return "" }
        let opens = binding.opensAt.map { " until \(LocalTime.text($0))" } ?? ""
        return "\(binding.isOpen ? "open" : "closed\(opens)"): \(hours) (\(zone))"
    }

    /// As lines below a verdict: `limits: 30 requests a minute, 2 at a time (kiosk.yaml:12)`.
    static func line(_ limited: LimitedBody) -> String { "limits: \(TerminalText.clean("\(limited.limits) (\(limited.location))"))" }
}
