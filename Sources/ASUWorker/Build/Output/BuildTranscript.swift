/// What a finished ImageBuilder run left for judging it.
package struct BuildTranscript: Sendable {
    /// The exit code of the run; 128 and more if a signal ended it.
    package var exitCode: Int32
    /// The end of its standard output.
    package var stdout: String
    /// The end of its standard error.
    package var stderr: String
    /// Whether it wrote a `profiles.json` that lists at least one image of the profile.
    package var producedImages: Bool
    /// URLs that are known not to exist upstream: a feed without an index is borne, not blamed.
    package var absentURLs: [String]

    /// Makes a transcript.
    package init(
        exitCode: Int32,
        stdout: String = "",
        stderr: String = "",
        producedImages: Bool = false,
        absentURLs: [String] = []
    ) {
        self.exitCode = exitCode
        self.stdout = stdout
        self.stderr = stderr
        self.producedImages = producedImages
        self.absentURLs = absentURLs
    }

    /// The lines of both streams, standard error first, without those about absent feeds.
    var lines: [Substring] {
        (Self.lines(of: stderr) + Self.lines(of: stdout)).filter { line in
            !absentURLs.contains { line.contains($0) }
        }
    }

    private static func lines(of text: String) -> [Substring] {
        text.split(omittingEmptySubsequences: true) { $0 == "\n" || $0 == "\r\n" }
    }
}
