/// Where tensor data lies: inside the file, and no two tensors on the same bytes.
enum GGUFLayout {
    /// - Parameter headerEnd: the first byte after the last tensor description.
    /// - Returns: where tensor data starts.
    static func check(
        _ placed: [GGUFPlacedTensor], headerEnd: UInt64, alignment: UInt64, fileSize: UInt64
    ) throws -> UInt64 {
        // headerEnd is at most the header's limit and alignment at most 64 KiB: this cannot overflow.
        let dataOffset = (headerEnd + alignment - 1) / alignment * alignment
        guard placed.isEmpty || dataOffset <= fileSize else {
            throw GGUFRefusal.error("tensor data", at: headerEnd, "should start at \(dataOffset), and the file has \(fileSize) bytes")
        }
        for item in placed { try checkEnd(item, dataOffset: dataOffset, fileSize: fileSize) }

        let inOrder = placed.sorted { $0.tensor.offset < $1.tensor.offset }
        for (first, second) in zip(inOrder, inOrder.dropFirst())
        where first.tensor.offset + first.tensor.byteCount > second.tensor.offset {
            throw GGUFRefusal.error(
                "offset of tensor '\(second.tensor.name)'", at: second.offsetField,
                "is \(second.tensor.offset), inside tensor '\(first.tensor.name)'")
        }
        return dataOffset
    }

    private static func checkEnd(_ item: GGUFPlacedTensor, dataOffset: UInt64, fileSize: UInt64) throws {
        let tensor = item.tensor
        let (start, overflowStart) = dataOffset.addingReportingOverflow(tensor.offset)
        let (end, overflowEnd) = start.addingReportingOverflow(tensor.byteCount)
        guard !overflowStart, !overflowEnd, end <= fileSize else {
            throw GGUFRefusal.error(
                "offset of tensor '\(tensor.name)'", at: item.offsetField,
                "is \(tensor.offset): its \(tensor.byteCount) bytes would end past the file's \(fileSize)")
        }
    }
}
