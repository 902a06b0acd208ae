/// The version of every program of this tree.
public enum HoldfastVersion {
    public static let text = "0.1.0"
}
