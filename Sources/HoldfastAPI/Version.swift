/// The version of every program of this tree.
public enum HoldfastVersion {
    public static let text = "0.1.0"
    /// Milliseconds since 1970: 2026-11-24, the day this version was last changed. No program of it ran before, whatever a clock says. A
    /// constant, so that two builds are the same bytes.
    public static let notBefore: Int64 = 1_795_478_400_000
}
