/// Writes tar streams byte by byte (POSIX ustar), hostile ones too.
struct TarBytes {
    /// The stream so far, without its end marks.
    private(set) var bytes: [UInt8] = []

    /// The stream with its end marks.
    var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    /// Adds an entry of type `0` (file), `1` (hard link), `2` (symbolic link), `3`, `4` (devices), `5` (folder) or
    /// `6` (FIFO), whose header may claim another `size` than that of `data`.
    mutating func add(
        _ name: String,
        type: Character = "0",
        _ data: [UInt8] = [],
        target: String = "",
        mode: Int = 0o644,
        size: Int? = nil
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at position: Int) {
            header.replaceSubrange(position..<(position + text.utf8.count), with: text.utf8)
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put(octal(mode, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        put(octal(size ?? data.count, 11), at: 124)
        put(octal(1_700_000_000, 11), at: 136)
        put("        ", at: 148)
        put(String(type), at: 156)
        put(target, at: 157)
        put("ustar\0" + "00", at: 257)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\0 ", at: 148)
        bytes += header + data + [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
    }
}
