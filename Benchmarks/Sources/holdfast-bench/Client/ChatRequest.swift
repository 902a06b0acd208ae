/// The same question for both sides.
enum ChatRequest {
    /// The greedy answer runs on to `max_tokens`, which is checked.
    static let long = "Write a very long story about a lighthouse keeper, a storm and a ship. Describe everything in detail."
    static let short = "Hi"

    /// As a client of Holdfast sends it.
    static func holdfast(_ prompt: String, tokens: Int) -> String {
        """
        {"model":"bench","messages":[{"role":"user","content":"\(prompt)"}],"temperature":0,"max_tokens":\(tokens),\
        "stream":true,"stream_options":{"include_usage":true}}
        """
    }

    /// As Holdfast sends it to the engine (HoldfastInference/Llama/LlamaRequest.swift).
    static func engine(_ prompt: String, tokens: Int, slot: Int) -> String {
        """
        {"stream":true,"stream_options":{"include_usage":true},"id_slot":\(slot),"cache_prompt":true,"reasoning_format":"none",\
        "messages":[{"role":"user","content":"\(prompt)"}],"temperature":0,"max_tokens":\(tokens)}
        """
    }
}
