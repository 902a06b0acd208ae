/// The models on which one caller may use one verb. Cheap to ask for each of thousands.
public struct ModelFilter: Sendable {
    let verb: Verb
    let tables: [GrantTable]

    public func allows(_ name: ModelName) -> Bool {
        tables.contains { $0.contains(verb, on: name) }
    }
}
