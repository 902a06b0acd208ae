import HoldfastAPI

/// The prefix cache in words.
enum CacheText {
    static func list(_ body: CacheListBody, now: Int64, style: Style) -> String {
        guard !body.entries.isEmpty else { return "Nothing is saved: \(summary(body.cache)).\n" }
        var table = Table([
            ("MODEL", .left), ("SUBJECT", .left), ("TOKENS", .right), ("SIZE", .right), ("SAVED", .left), ("LAST USED", .left),
        ])
        for entry in body.entries {
            table.add([
                TerminalText.clean(entry.model), entry.subject.map(TerminalText.clean) ?? "everybody (pinned)", "\(entry.tokens)",
                Human.bytes(entry.bytes), LocalTime.text(entry.created), LocalTime.age(of: entry.lastUsed, now: now),
            ])
        }
        return table.text(style: style) + summary(body.cache) + "\n"
    }

    /// `3 prefixes, 41.2 MiB of 1.0 GiB allowed`.
    static func summary(_ cache: PrefixCacheBody) -> String {
        let kept = "\(Human.prefixes(cache.entries)), \(Human.bytes(cache.bytes)) of \(Human.bytes(cache.maxBytes)) allowed"
        return cache.off.map { "\(kept); off, because \(TerminalText.clean($0))" } ?? kept
    }

    static func cleared(_ body: CacheClearedBody) -> String {
        var text = "Erased \(Human.prefixes(body.entries)) (\(Human.bytes(body.bytes)))"
        if body.slots > 0 { text += " and \(Human.count(body.slots, "live slot"))" }
        if body.busySlots > 0 { text += "; \(Human.count(body.busySlots, "live slot")) at work will be erased when the request ends" }
        return text + "."
    }
}

extension Human {
    static func prefixes(_ count: Int) -> String { "\(count) prefix\(count == 1 ? "" : "es")" }
}
