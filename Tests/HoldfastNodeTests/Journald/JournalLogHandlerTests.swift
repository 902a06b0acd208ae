import Foundation
import HoldfastTestSupport
import Logging
import Testing

@testable import HoldfastNode

@Suite("The daemon's log in the journal")
struct JournalLogHandlerTests {
    @Test("each line is one entry whose metadata are fields, also with newlines in them")
    func fields() throws {
        let folder = try TestFolder()
        let sink = try JournalSink(in: folder.path)
        let socket = JournalSocket(path: sink.path)
        var logger = Logger(label: "holdfastd") { JournalLogHandler(label: $0, socket: socket) }
        logger[metadataKey: "boot"] = "b1"
        logger.error("an engine ended", metadata: ["request": "r-1", "std-err": "two\nlines"])
        logger.debug("not at this level")
        let entries = try sink.entries()
        #expect(entries.count == 1)
        let entry = try #require(entries.first)
        #expect(entry["MESSAGE"] == "an engine ended: boot=b1 request=r-1 std-err=two\nlines")
        #expect(entry["PRIORITY"] == "3" && entry["SYSLOG_IDENTIFIER"] == "holdfastd")
        #expect(entry["MESSAGE_ID"] == JournalLogHandler.messageID && JournalLogHandler.messageID != JournalEntry.messageID)
        #expect(entry["HOLDFAST_EVENT"] == "an engine ended" && entry["HOLDFAST_REQUEST"] == "r-1" && entry["HOLDFAST_BOOT"] == "b1")
        #expect(entry["HOLDFAST_STD_ERR"] == "two\nlines")
    }

    @Test("it is used only where standard error is the journal's")
    func connected() {
        #expect(JournalLogHandler.connectedSocket(environment: [:]) == nil)
        #expect(JournalLogHandler.connectedSocket(environment: ["JOURNAL_STREAM": "1:1"]) == nil)
        var status = stat()
        #expect(fstat(STDERR_FILENO, &status) == 0)
        #expect(JournalLogHandler.connectedSocket(environment: ["JOURNAL_STREAM": "\(status.st_dev):\(status.st_ino)"]) != nil)
    }
}
