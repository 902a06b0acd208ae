import HoldfastCore
import Testing

@testable import HoldfastCommands

struct ErrorReportTests {
    @Test func messageHintAndRequestEachHaveALine() {
        let error = HoldfastError(.modelNotFound, "There is no a:1.", detail: "request r-7", hint: "holdfast model list")
        #expect(ErrorReport(error).text(style: .plain) == "holdfast: There is no a:1.\n  try: holdfast model list\n  request: r-7\n")
    }

    @Test func detailOfAnotherKindStaysOut() {
        let error = HoldfastError(.engineFailed, "It failed.", detail: "stderr: secret")
        #expect(ErrorReport(error).text(style: .plain) == "holdfast: It failed.\n")
    }

    @Test func anErrorCannotPaintTheTerminal() {
        let error = HoldfastError(.modelNotFound, "no \u{1b}[2Jmodel", hint: "a\u{7}b")
        #expect(ErrorReport(error).text(style: .plain) == "holdfast: no model\n  try: ab\n")
    }

    @Test func jsonHasTheNodesShape() throws {
        let error = HoldfastError(.nameInvalid, "m", detail: "request r-7", hint: "h", field: "name")
        #expect(
            try ErrorReport(error).json() == """
                {
                  "error": {
                    "code": "name_invalid",
                    "field": "name",
                    "hint": "h",
                    "message": "m",
                    "request_id": "r-7"
                  }
                }

                """)
    }

    @Test func cancellingIsAnInterruption() { #expect(ErrorReport(CancellationError()).exitStatus == .interrupted) }

    @Test func anErrorOfAnotherTypeIsStillAMessage() {
        struct Odd: Error {}
        #expect(ErrorReport(Odd()).exitStatus == .failure)
        #expect(ErrorReport(Odd()).text(style: .plain).contains("Odd"))
    }

    @Test(arguments: [
        (#"{"error":{"code":"access_denied","message":"No.","hint":"h","request_id":"r"}}"#, "access_denied", "No.", "h", "request r"),
        (
            #"{"error":{"message":"No. (try: h)","type":"x","param":null,"code":"model_not_found"}}"#, "model_not_found", "No.", "h",
            "request head"
        ),
        (
            #"{"error":{"message":"(odd) (try: a (b))","type":"x","param":"p","code":null}}"#, "internal_error", "(odd)", "a (b)",
            "request head"
        ),
    ])
    func bothSocketsShapesAreRead(json: String, code: String, message: String, hint: String, detail: String) {
        let error = AnswerError.decode(Array(json.utf8), status: 400, requestID: "head")
        #expect(error.code.rawValue == code)
        #expect(error.message == message)
        #expect(error.hint == hint)
        #expect(error.detail == detail)
    }

    @Test(arguments: ["", "<html>", "{}", #"{"error":"x"}"#])
    func anAnswerWithoutAnErrorSaysItsStatus(body: String) {
        #expect(AnswerError.decode(Array(body.utf8), status: 502).message.contains("502"))
    }
}
