/// Judges an ImageBuilder run by its exit code and words.
///
/// The order matters: a failing host and unreachable or unsigned feeds end in the same "Cannot install package" or
/// "no such package" as a user's mistake, so they are looked for first.
package enum BuildFailureClassifier {
    /// Exit codes that the build script itself uses for its own failures.
    static let scriptFailures: ClosedRange<Int32> = 70...79

    /// Why `transcript` is a failure; nil if it is a success.
    package static func classify(_ transcript: BuildTranscript) -> BuildFailure? {
        let lines = transcript.lines
        if let failure = hostFailure(transcript, lines) { return failure }
        if transcript.exitCode == 0, transcript.producedImages { return nil }
        if let profile = unknownProfile(lines) {
            return .user(.init(.unknownProfile, "Unsupported profile: \(profile)"))
        }
        if let failure = feedFailure(lines) { return failure }
        if let failure = PackageComplaints(lines).failure { return failure }
        if lines.contains(where: isTooBig) {
            return .user(.init(.imageTooBig, "Selected packages exceed device storage"))
        }
        if let script = lines.first(where: { $0.contains("postinst script ") && $0.contains(" has failed") }) {
            let name = script.split(separator: "/").last?.split(separator: ".postinst").first.map(String.init)
            return .user(
                .init(
                    .packageScript,
                    "Error while building firmware. See stdout/stderr",
                    packages: name.map { [$0] } ?? []
                )
            )
        }
        if transcript.exitCode == 0 {
            return .infrastructure(message: "No JSON file found")
        }
        return .user(.init(.unclassified, "Error while building firmware. See stdout/stderr"))
    }

    /// A full workspace drops single images and still exits with 0.
    private static let fullComplaints = [
        "No space left on device", "Cannot allocate memory", "virtual memory exhausted", "Disk quota exceeded",
        "File size limit exceeded",
    ]
    /// What a package's script may say in passing, too: a failure only if the build failed.
    private static let hostComplaints =
        fullComplaints + ["Resource temporarily unavailable", "Too many open files", "Read-only file system"]

    private static func hostFailure(_ transcript: BuildTranscript, _ lines: [Substring]) -> BuildFailure? {
        let succeeded = transcript.exitCode == 0 && transcript.producedImages
        let complaints = succeeded ? fullComplaints : hostComplaints
        for line in lines {
            if let complaint = complaints.first(where: line.contains) {
                return .infrastructure(message: "The build ran into a limit of this host: \(complaint)")
            }
        }
        if transcript.exitCode >= 128 {
            return .infrastructure(message: "The build was ended by signal \(transcript.exitCode - 128)")
        }
        if scriptFailures.contains(transcript.exitCode) {
            return .infrastructure(message: "The build could not be set up (exit code \(transcript.exitCode))")
        }
        return nil
    }

    private static func unknownProfile(_ lines: [Substring]) -> String? {
        for line in lines where line.hasPrefix("Profile \"") && line.hasSuffix("\" does not exist!") {
            return String(line.dropFirst("Profile \"".count).dropLast("\" does not exist!".count))
        }
        return nil
    }

    private static let feedComplaints = [
        // opkg
        "Failed to download", "Signature check failed", "Signature file download failed", "Checksum or size mismatch",
        // apk
        "UNTRUSTED signature", "BAD signature", "WARNING: updating and opening ", "WARNING: opening from cache ",
        "ADB integrity error", "file format is invalid or inconsistent", "unexpected end of file",
        "package mentioned in index not found", ": HTTP 4", ": HTTP 5", "Connection refused", "network error",
        "temporary error (try again later)",
    ]

    private static func feedFailure(_ lines: [Substring]) -> BuildFailure? {
        for line in lines where feedComplaints.contains(where: line.contains) {
            let reason = line.drop { " *".contains($0) }.prefix(300)
            return .upstream(message: "The package feeds could not be read: \(reason)")
        }
        return nil
    }

    private static func isTooBig(_ line: Substring) -> Bool {
        line.contains("images are too big by ") || (line.contains("Image file ") && line.contains(" is too big: "))
            || line.contains("out of space?") || line.contains("failed to allocate inode")
    }
}
