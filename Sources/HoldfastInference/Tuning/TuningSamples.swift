/// What a model is asked while it is measured: two requests, since guessing tokens helps where an answer repeats its prompt, and costs where it
/// does not. One continues prose; the other continues a list of readings, as gateways have them.
enum TuningSamples {
    /// How much is computed for one measurement.
    struct Size: Sendable, Equatable {
        /// Tokens of the long prompt, about; the short one has a quarter.
        var prompt: Int
        /// Tokens of each answer.
        var answer: Int

        /// Enough to see what an engine can do at all.
        static let smallest = Size(prompt: 32, answer: 8)
        static let largest = Size(prompt: 512, answer: 64)
    }

    /// - Parameter round: another round has other answers; within one, all candidates are asked the same.
    static func requests(_ size: Size, round: Int) -> [GenerationRequest] {
        [request(prose(tokens: size.prompt), size, round), request(readings(tokens: size.prompt / 4), size, round)]
    }

    private static func request(_ text: String, _ size: Size, _ round: Int) -> GenerationRequest {
        var request = GenerationRequest(.text(text))
        request.sampling.maxTokens = size.answer
        request.sampling.ignoresEnd = true
        // Neither always the likeliest word, which small models repeat for ever, nor chance that differs between candidates.
        request.sampling.temperature = 0.8
        request.sampling.seed = UInt32(truncatingIfNeeded: 1 + round)
        return request
    }

    /// English has somewhat more than four bytes a token.
    private static func prose(tokens: Int) -> String { String(text.prefix(tokens * 4)) }

    /// Digits are a token each.
    private static func readings(tokens: Int) -> String {
        var lines = "Readings of the pumping station, in the order in which they came:\n"
        var number = 0
        while lines.utf8.count < tokens * 2 {
            number += 1
            lines += "pump \(number % 5 + 1), pressure \(2 + number * 3 % 7).\(number % 10) bar, valve \(number * 7 % 12 + 1) open\n"
        }
        return lines
    }

    private static let text = """
        The harbour wakes before the town does. At four the lamp over the fish hall is lit, and the man who lights it has done so for nineteen \
        years, in every kind of weather, with a thermos under his arm and a dog that knows the way. The boats come in one after another, low in \
        the water when the night was good, and the crates are swung over the quay with a sound of chains that carries as far as the church. \
        Nobody hurries. The buyers stand with their hands in their pockets and pretend not to look, and the auctioneer, who has a cold all \
        winter long, reads the weights from a slate in a voice that was made for larger rooms. By six it is over. The hall is hosed down, gulls \
        argue about what is left, and the first bus brings the people who work behind desks and who have never seen a net from close by. \
        In the office above the ice house a woman named Ingrid keeps the books. She keeps them by hand, although there is a computer, because \
        the computer forgets things when the power fails and her ledger does not. She writes down the tides as well, out of habit, and the names \
        of boats that have not come back yet, in pencil, so that they can be rubbed out again. Only twice in her time has a name stayed where it \
        was. When the wind turns to the north she goes down to the water and counts the masts, and then she counts them again. The young \
        skippers laugh at her for it, though none of them would leave without having waved to her window. In spring the kelp that the storms \
        have torn loose lies in heaps along the shore, brown and shining, and children look through it for the strange little hands with which \
        the plants had held on to the rock. They dry them on window sills and give them to each other as presents. A holdfast, the teacher \
        explains, is not a root: it drinks nothing and it feeds nothing. All it does is to hold. The children find that this is not much, for so \
        beautiful a thing, and the teacher, who grew up on a boat, looks out at the grey line where the sea begins and says that on most days \
        it is enough. There was a summer when the ferry did not run for three weeks, because of a strike on the mainland, and the island had to \
        manage with what it had. People remembered then how to bake without yeast and how to mend a pump with leather. The shop lent out what \
        it could not sell, the doctor was paid in potatoes, and in the evenings somebody always brought an accordion.
        """
}
