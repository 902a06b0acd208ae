/// A place in a policy source, so that a decision can name the line that made it.
public struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    /// The file's name as the loader was given it; `built-in` for what needs no file.
    public let file: String
    /// From 1; nil where there is no text, as for a binding that follows from how the daemon was started.
    public let line: Int?
    /// From 1, counted in Unicode scalars.
    public let column: Int?

    public init(file: String, line: Int? = nil, column: Int? = nil) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// `FILE:LINE`, or `FILE` alone.
    public var description: String { line.map { "\(file):\($0)" } ?? file }

    /// `FILE:LINE:COLUMN`, as compilers write it.
    public var exact: String {
        guard let line else { return file }
        return column.map { "\(file):\(line):\($0)" } ?? "\(file):\(line)"
    }
}

extension SourceLocation: Comparable {
    public static func < (left: Self, right: Self) -> Bool {
        (left.file, left.line ?? 0, left.column ?? 0) < (right.file, right.line ?? 0, right.column ?? 0)
    }
}
