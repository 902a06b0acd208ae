import HoldfastCore

/// How long what is signed online is good for, in days. It is signed anew when a third of that is left.
struct Lifetimes: Sendable {
    var timestamp = 7
    var snapshot = 30
    var director = 90

    static func isDue(_ expires: TUFTime, days: Int, at now: TUFTime) -> Bool { expires.seconds - now.seconds < Int64(days) * 86_400 / 3 }
}
