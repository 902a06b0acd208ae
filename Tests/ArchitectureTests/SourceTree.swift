import Foundation
import Testing

/// The sources as text.
struct SourceFile: Sendable, CustomTestStringConvertible {
    let target: String
    let path: String
    let lines: [String]

    var testDescription: String { path }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let all: [SourceFile] = {
        let sources = root.appending(path: "Sources")
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        return (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }.map { url in
            let path = url.path.dropFirst(sources.path.count + 1)
            let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
            return SourceFile(target: String(path.prefix { $0 != "/" }), path: String(path), lines: text.components(separatedBy: "\n"))
        }
    }()

    var imports: [String] {
        lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let keyword = words.firstIndex(of: "import"),
                words[..<keyword].allSatisfy({ $0 == "public" || $0.hasPrefix("@") || $0 == "internal" })
            else { return nil }
            return words[words.index(after: keyword)...].first.map { String($0.prefix { $0 != "." }) }
        }
    }
}
