import Testing

@testable import HoldfastCommands

struct TableTests {
    @Test func columnsAreAsWideAsTheirWidestCell() {
        var table = Table([("NAME", .left), ("SIZE", .right), ("NOTE", .left)])
        table.add(["a", "1.0 GiB", ""])
        table.add(["smollm2:135m", "7 B", "new"])
        #expect(
            table.text(style: .plain) == """
                NAME             SIZE  NOTE
                a             1.0 GiB
                smollm2:135m      7 B  new

                """)
    }

    @Test func aTableWithoutRowsIsNothing() {
        #expect(Table([("NAME", .left)]).text(style: .plain) == "")
    }

    @Test func aCellCannotLeaveItsLineOrColourTheScreen() {
        var table = Table([("NAME", .left)])
        table.add(["a\nb\r\n\u{1b}[31mc"])
        #expect(table.text(style: .plain) == "NAME\nabc\n")
    }

    @Test func factsAlignAndAbsentOnesAreLeftOut() {
        var facts = FactList()
        facts.add("a", "1")
        facts.add("gone", nil)
        facts.add("empty", "")
        facts.add("longer", "2\n3")
        #expect(facts.text(style: .plain) == "a       1\nlonger  2 3\n")
    }

    @Test(arguments: [
        (true, [:], true), (false, [:], false), (true, ["NO_COLOR": "1"], false), (true, ["NO_COLOR": ""], true),
        (true, ["TERM": "dumb"], false),
    ])
    func colourIsForTerminalsThatWantIt(terminal: Bool, environment: [String: String], isColoured: Bool) {
        #expect(Style(isTerminal: terminal, environment: environment).isColoured == isColoured)
    }

    @Test func plainStyleAddsNothing() {
        #expect(Style.plain.red("x") == "x")
        #expect(Style.coloured.red("x") == "\u{1b}[31mx\u{1b}[0m")
    }
}
