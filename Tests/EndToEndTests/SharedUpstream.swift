import ASUTestSupport
import Foundation

/// One sample upstream for all tests that don't change it: generating it takes seconds.
actor SharedUpstream {
    static let shared = SharedUpstream()

    private var folder: TemporaryDirectory?
    private var upstream: SampleUpstream?
    private var isGenerating = false

    func get() async throws -> SampleUpstream {
        while isGenerating { try await Task.sleep(for: .milliseconds(50)) }
        if let upstream { return upstream }
        isGenerating = true
        defer { isGenerating = false }
        let folder = try TemporaryDirectory("asu-upstream")
        self.folder = folder
        let upstream = try await SampleUpstream.generate(in: folder.path)
        self.upstream = upstream
        return upstream
    }
}
