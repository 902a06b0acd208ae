import HoldfastAPI
import HoldfastCore

/// The target of a request: an operation's path with its name filled in, and a query.
enum OperationPath {
    /// - Parameters:
    ///   - name: for `{name}` or `{id}`; one path component, so that `/` in it is encoded too.
    static func fill(_ operation: Operation, name: String? = nil, query: [(key: String, value: String)] = []) -> String {
        var path = operation.path
        if let name {
            let encoded = PercentEncoding.encode(name)
            path = path.split(separator: "/", omittingEmptySubsequences: false)
                .map { $0.hasPrefix("{") && $0.hasSuffix("}") ? encoded : String($0) }.joined(separator: "/")
        }
        if query.isEmpty { return path }
        return path + "?" + query.map { "\(PercentEncoding.encode($0.key))=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
    }
}
