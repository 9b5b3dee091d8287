internal import Foundation

/// What a program tells the person or script that started it.
package enum Console {
    /// Writes one line to standard output at once, also where that is a file or a pipe.
    package static func announce(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }
}
