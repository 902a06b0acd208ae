import Yams

/// `limits` of a binding.
extension PolicyReader {
    mutating func readLimits(_ node: Node) -> Limits? {
        let keys = LimitKind.allCases.map(\.rawValue) + ["zone"]
        guard let pairs = pairs(of: node, "'limits'"), fields(of: node, "'limits'", required: [], optional: keys) != nil else { return nil }
        var limits = Limits(location: location(of: node))
        for (key, value) in pairs {
            guard let name = key.string else { continue }
            if let kind = LimitKind(rawValue: name) {
                limits.locations[kind] = location(of: key)
                if kind == .hours { limits.hours = readHours(value) } else if let bound = readBound(kind, value) { limits.set(kind, bound) }
            } else if name == "zone" {
                limits.zoneLocation = location(of: value)
                limits.zone = readZone(value)
            }
        }
        let (hours, zone) = (limits.locations[.hours], limits.zoneLocation)
        if hours != nil, zone == nil { report(node, "'hours' need a 'zone', such as Europe/Berlin or UTC: whose clock they are read on") }
        if zone != nil, hours == nil { report(node, "'zone' says whose clock 'hours' are read on, and there are none") }
        return limits
    }

    private mutating func readBound(_ kind: LimitKind, _ node: Node) -> Int64? {
        guard let range = kind.range, let text = number(node, "'\(kind.rawValue)'") else { return nil }
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let bound = Int64(text), range.contains(bound), String(bound) == text else {
            report(
                node,
                "'\(kind.rawValue)' is from \(range.lowerBound) to \(range.upperBound) in plain digits, and not \(text.prefix(40)); "
                    + "leave it out for no bound, and the binding for nothing at all")
            return nil
        }
        return bound
    }

    private mutating func readHours(_ node: Node) -> OpenHours? {
        let windows = (list(node, "'hours'") ?? []).compactMap { item -> OpenHours.Window? in
            guard let text = text(item, "a window of 'hours'") else { return nil }
            do throws(OpenHours.FormError) {
                return try OpenHours.Window(parsing: text)
            } catch {
                report(item, "'\(text.prefix(80))' is no window: \(error.why)")
                return nil
            }
        }
        return windows.isEmpty ? nil : OpenHours(windows: windows)
    }

    private mutating func readZone(_ node: Node) -> String? {
        guard let name = text(node, "'zone'") else { return nil }
        guard TimeZoneRules.isName(name) else {
            report(node, "'\(name.prefix(80))' cannot be a time zone; it is a name of the IANA database, such as Europe/Berlin or UTC")
            return nil
        }
        return name
    }
}
