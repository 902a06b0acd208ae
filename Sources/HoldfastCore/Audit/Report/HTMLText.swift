/// Text on its way into a page.
enum HTMLText {
    /// Fit for an element's content and for a quoted attribute; control characters are shown, not obeyed.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in ExportText.visible(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The beginning of a text, for where there is little room.
    static func shortened(_ text: String, to length: Int) -> String {
        text.count <= length ? text : text.prefix(length - 1) + "…"
    }
}
