/// A report as parts that every form of it shows: put together once, rendered as Markdown or HTML. All texts are plain, as they came.
struct ReportDocument {
    var title: String
    var subtitle: String
    var sections: [Section]

    struct Section {
        /// For links within the page.
        var id: String
        var title: String
        var blocks: [Block]
    }

    enum Block {
        case paragraph(String)
        case figures([Figure])
        case facts([(name: String, value: String, isCode: Bool)])
        case table(Table)
        /// Said again by the table that follows it: Markdown leaves it out.
        case chart(ReportChart)
        case notice(Tone, String)
        case code(title: String, String)
    }

    struct Figure {
        var label: String
        var value: String
        var note: String
        var tone = Tone.plain
    }

    enum Tone: String { case plain, good, bad, warning }

    struct Table {
        enum Column: String {
            case text
            case number
            /// A word of Holdfast's own: never broken.
            case code
            /// Long, and broken anywhere.
            case digest
            /// Never broken.
            case time
        }

        var title: String
        var columns: [(title: String, kind: Column)]
        var rows: [[String]]
        /// Said instead of a table without rows.
        var empty: String
        var note = ""
    }
}

/// A chart's data. Colours are names (`ok`, `denied`, …) that the page's style knows.
enum ReportChart {
    struct Series {
        var name: String
        var color: String
    }

    struct Bar {
        var label: String
        /// One for each series.
        var values: [Int64]
        /// Shown at the bar's end.
        var text: String
    }

    /// Upright, stacked; one bar for each day.
    case days(title: String, series: [Series], bars: [Bar])
    /// Lying, stacked, the longest first.
    case ranking(title: String, series: [Series], bars: [Bar])
}
