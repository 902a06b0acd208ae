import Foundation
import Glibc
import HoldfastCore
import Testing

@testable import HoldfastNode

@Suite("The runtime directory")
struct RuntimeFolderTests {
    @Test("it is made so that others can reach the sockets, whatever the umask")
    func made() throws {
        let folder = try TestFolder()
        let path = folder.path + "/run"
        try RuntimeFolder.prepare(path)
        try RuntimeFolder.prepare(path)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o755)
    }

    @Test("a directory others may write to, a file and a symbolic link are refused")
    func refused() throws {
        let folder = try TestFolder()
        let open = folder.path + "/open"
        mkdir(open, 0o755)
        chmod(open, 0o777)
        symlink(folder.path, folder.path + "/link")
        for path in [open, try folder.write("file", ""), folder.path + "/link", folder.path + "/no/such/parent"] {
            let error = try #require(throws: HoldfastError.self) { try RuntimeFolder.prepare(path) }
            #expect(error.code == .configurationInvalid && error.hint != nil)
        }
    }
}
