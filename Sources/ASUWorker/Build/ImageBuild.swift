import ASUCore
import Foundation
import Logging

/// Builds the image of one job: ImageBuilder, sandbox, checks.
///
/// What the request can't have is an outcome; what fails on the way is thrown.
struct ImageBuild: Sendable {
    let imageBuilders: ImageBuilderCache
    let sandbox: any Sandbox
    let sandboxKind: Settings.SandboxKind
    let limits: SandboxLimits
    let door: PackageDoor
    let catalog: CatalogStore
    let upstreamURL: String
    let policy: RequestPolicy
    /// Where each build gets a folder of its own for its input and logs.
    let jobsFolder: String
    /// Where its workspace lies on disk; `nil` keeps it in the sandbox's memory.
    let workspacePath: String?
    /// The door's port, where it has one.
    var loopbackPort = 0
    let logger: Logger

    /// The port inside the sandbox that leads to the door.
    private static let doorPort = 8100

    /// Builds it.
    ///
    /// - Parameters:
    ///   - job: What to build.
    ///   - hash: Its request's hash.
    ///   - token: The claim's fencing token.
    ///   - staged: An empty folder that gets the files to publish.
    ///   - progress: Told which step begins.
    /// - Returns: Images, or why the request can't have any.
    /// - Throws: ``ImageBuilderError``, ``SandboxError``, ``DoorError``, ``QueueError``, ``BuildFailure`` that is worth a
    ///   retry.
    func run(
        _ job: BuildJob,
        hash: RequestHash,
        token: Int64,
        into staged: String,
        progress: @escaping @Sendable (BuildStep) async throws -> Void
    ) async throws -> BuildOutcome {
        // The server has checked this already; a worker may run with other settings.
        do {
            try policy.check(job.request)
        } catch {
            return try await refused(error.description, staged)
        }
        let tree = try await imageBuilders.tree(job.request.version, job.request.target, progress: progress)
        let request = job.request
        guard request.versionCode.isEmpty || request.versionCode == tree.info.revision else {
            let refusal = RequestRefusal.outdatedRevision(
                available: tree.info.revision,
                requested: request.versionCode
            )
            return try await refused(refusal.description, staged)
        }
        guard let profile = tree.info.profiles[job.profile.text] else {
            return try await refused(RequestRefusal.unsupportedProfile(job.profile).description, staged)
        }
        try await progress(.calculatePackagesHash)
        let plan = PackagePlan(job, defaults: tree.info.defaultPackages + profile.packages)
        let folder = try await JobFolder.create(in: jobsFolder, token: token)
        let outcome: BuildOutcome
        do {
            try await progress(.buildingImage)
            outcome = try await build(job, hash, plan, tree, folder, staged)
        } catch {
            await cleanUp(after: folder)
            throw error
        }
        await cleanUp(after: folder)
        return outcome
    }

    private func cleanUp(after folder: JobFolder) async {
        do {
            try await folder.remove()
        } catch {
            logger.warning("a build's folder can't be removed", metadata: ["error": "\(error)"])
        }
        do {
            try await BlockingWork.run { [imageBuilders] in try imageBuilders.budget.makeRoom() }
        } catch {
            logger.warning("the caches can't be kept within cache_size_mb", metadata: ["error": "\(error)"])
        }
    }

    private func build(
        _ job: BuildJob,
        _ hash: RequestHash,
        _ plan: PackagePlan,
        _ tree: ImageBuilderTree,
        _ folder: JobFolder,
        _ staged: String
    ) async throws -> BuildOutcome {
        let isConfined = sandboxKind == .bubblewrap
        let port = isConfined ? Self.doorPort : loopbackPort
        let feeds = repositoryFile(job, tree, door: "").feeds
        let pass = PackageDoor.Pass(feeds: feeds)
        let doorURL = "http://127.0.0.1:\(port)/\(pass.token)"
        try await folder.fill(repositories: repositoryFile(job, tree, door: doorURL), request: job.request)
        let run = BuildRun(job: job, label: hash.label, plan: plan, tree: tree, folder: folder)
        let command = run.command(workspace: workspace(folder), door: doorMount)
        let artifacts = ArtifactBox()
        let outcome = try await door.admit(pass) {
            try await runConfined(command, watching: folder) { descriptor in
                let reader = ArtifactStreamReader(
                    limits: .init(bytesPerFile: limits.workspaceBytes, totalBytes: limits.workspaceBytes),
                    accepts: ArtifactName.isValid
                )
                artifacts.put(try await reader.read(from: descriptor, into: staged))
            }
        }
        let published: @Sendable (String) -> String = { text in
            run.namingInside(RepositoryFile.namingUpstream(text, door: doorURL, feeds))
        }
        let report = BuildReport(
            commands: run.makeCommand,
            stdout: Self.tail(published(outcome.stdout.tail)),
            stderr: Self.tail(published(outcome.stderr.tail))
        )
        let products = BuildProducts(folder: staged, artifacts: artifacts.take())
        try await products.writeLog(
            run.makeCommand,
            stdout: outcome.stdout.path,
            stderr: outcome.stderr.path,
            published: published
        )
        do {
            let images = try await judge(job, hash, outcome, products, pass.absentPaths)
            return BuildOutcome(result: .success(images), report: report)
        } catch let failure as BuildFailure where !failure.isWorthRetrying {
            return BuildOutcome(result: .failure(failure), report: report)
        } catch BuildFailure.upstream(let message) {
            try await door.cache.distrust(feeds.map(\.url))
            throw BuildFailure.upstream(message: published(message))
        }
    }

    /// Runs a command in the sandbox, its workspace bounded wherever it lies.
    private func runConfined(
        _ command: SandboxedCommand,
        watching folder: JobFolder,
        artifacts: @escaping @Sendable (CInt) async throws -> Void
    ) async throws -> SandboxOutcome {
        guard case .folder = command.workspace else {
            return try await sandbox.run(command, limits: limits, artifacts: artifacts)
        }
        let watch = WorkspaceWatch(folder: folder.workspace, maxBytes: limits.workspaceBytes)
        return try await watch.whileRunning { try await sandbox.run(command, limits: limits, artifacts: artifacts) }
    }

    /// The last 16 KB, beginning with a whole character.
    private static func tail(_ text: String) -> String {
        guard text.utf8.count > BoundedOutput.tailBytes else { return text }
        return String(decoding: text.utf8.suffix(BoundedOutput.tailBytes).drop { $0 & 0xC0 == 0x80 }, as: UTF8.self)
    }

    /// How the sandbox reaches the door: the folder of its socket and the port that is to lead there.
    private var doorMount: BuildRun.Door? {
        guard case .socket(let path) = door.address else { return nil }
        return BuildRun.Door(
            folder: URL(fileURLWithPath: path).deletingLastPathComponent().path,
            socket: URL(fileURLWithPath: path).lastPathComponent,
            port: Self.doorPort
        )
    }

    /// Decides what the run came to.
    private func judge(
        _ job: BuildJob,
        _ hash: RequestHash,
        _ outcome: SandboxOutcome,
        _ products: BuildProducts,
        _ absent: [String]
    ) async throws -> BuiltImages {
        if outcome.ending == .timedOut {
            let limit = limits.wallTime.setting
            throw BuildFailure.user(.init(.unclassified, "The build took longer than \(limit) and was stopped"))
        }
        let profiles = try await products.profiles()
        var transcript = BuildTranscript(
            exitCode: outcome.exitCode,
            stdout: outcome.stdout.tail,
            stderr: outcome.stderr.tail,
            producedImages: profiles?.profiles[job.profile.text]?.images.isEmpty == false,
            absentURLs: absent
        )
        let collector = ImageCollector(
            job: job,
            label: hash.label,
            artifacts: products.artifacts
        )
        if let profiles, transcript.producedImages || outcome.exitCode != 0 {
            if let failure = BuildFailureClassifier.classify(transcript) { throw failure }
            return try collector.collect(profiles, manifest: try await products.manifest())
        }
        // Without a profiles.json it is a failure, unless the ImageBuilder is of a generation that writes none.
        guard outcome.exitCode == 0, let upstream = try await upstreamProfiles(job),
            !collector.images(knownFrom: upstream).isEmpty
        else {
            throw BuildFailureClassifier.classify(transcript)
                ?? BuildFailure.infrastructure(message: "No JSON file found")
        }
        transcript.producedImages = true
        if let failure = BuildFailureClassifier.classify(transcript) { throw failure }
        return try collector.collect(withoutProfiles: upstream, manifest: try await products.manifest())
    }

    /// Upstream's profile data of the job's target, from the catalog.
    private func upstreamProfiles(_ job: BuildJob) async throws -> BuildProfiles? {
        guard UpstreamLayout(job.request.version).isBeforeProfilesFile else { return nil }
        let manifests = try await catalog.load().manifests
        guard let record = manifests[job.request.version]?.targets[job.request.target.description] else { return nil }
        return try BuildProfiles(json: try await catalog.blob(record.document))
    }

    private func repositoryFile(_ job: BuildJob, _ tree: ImageBuilderTree, door: String) -> RepositoryFile {
        RepositoryFile(
            original: tree.repositories,
            format: tree.format,
            upstream: upstreamURL,
            door: door,
            repositories: job.request.repositories,
            mode: job.request.repositoriesMode
        )
    }

    private func workspace(_ folder: JobFolder) -> SandboxedCommand.Workspace {
        guard sandboxKind == .bubblewrap, workspacePath == nil else {
            return .folder(SandboxedCommand.Mount(folder.workspace, at: "/build", isWritable: true))
        }
        return .memory(at: "/build")
    }

    /// A job that ends before anything is run: its log says why.
    private func refused(_ message: String, _ staged: String) async throws -> BuildOutcome {
        try await BlockingWork.run {
            try Data("\(message)\n".utf8).write(to: URL(fileURLWithPath: staged + "/buildlog.txt"))
        }
        return BuildOutcome(
            result: .failure(.user(.init(.unclassified, message))),
            report: BuildReport(commands: [], stdout: "", stderr: "")
        )
    }
}
