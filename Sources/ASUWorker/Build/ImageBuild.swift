import ASUCore
import Foundation
import Logging
import NIOPosix

/// Builds the image of one job: ImageBuilder, sandbox, checks. What the request can't have is an outcome; what fails on
/// the way is thrown.
struct ImageBuild: Sendable {
    let imageBuilders: ImageBuilderCache
    let sandbox: any Sandbox
    let sandboxKind: Settings.SandboxKind
    let limits: SandboxLimits
    let packageCache: PackageCache
    let catalog: CatalogStore
    let upstreamURL: String
    let policy: RequestPolicy
    /// Where each build gets a folder of its own for its input and logs.
    let jobsFolder: String
    /// Where its workspace lies on disk; `nil` keeps it in the sandbox's memory.
    let workspacePath: String?
    let logger: Logger

    /// The port inside the sandbox that leads to the door.
    private static let doorPort = 8100

    /// - Parameters:
    ///   - token: The claim's fencing token.
    ///   - staged: An empty folder that gets the files to publish.
    ///   - progress: Told which step begins.
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
        let plan = PackagePlan(request, defaults: tree.info.defaultPackages + profile.packages)
        let folder = try await JobFolder.create(in: jobsFolder, token: token)
        let outcome: BuildOutcome
        do {
            try await progress(.buildingImage)
            outcome = try await build(job, hash, plan, tree, folder, staged)
        } catch {
            await remove(folder)
            throw error
        }
        await remove(folder)
        return outcome
    }

    private func remove(_ folder: JobFolder) async {
        do {
            try await folder.remove()
        } catch {
            logger.warning("a build's folder can't be removed", metadata: ["error": "\(error)"])
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
        let feeds = repositoryFile(job, tree, port: Self.doorPort).feeds
        let door = PackageDoor(feeds: feeds, cache: packageCache, logger: logger)
        let artifacts = ArtifactBox()
        let run = BuildRun(job: job, label: hash.label, plan: plan, tree: tree, folder: folder)
        let outcome = try await door.whileOpen(at: isConfined ? .socket(folder.socket) : .loopback) { port in
            let doorPort = isConfined ? Self.doorPort : port
            try await folder.fill(repositories: repositoryFile(job, tree, port: doorPort), request: job.request)
            let command = run.command(workspace: workspace(folder), door: isConfined ? doorPort : nil)
            return try await sandbox.run(command, limits: limits) { descriptor in
                let reader = ArtifactStreamReader(
                    limits: .init(bytesPerFile: limits.workspaceBytes, totalBytes: limits.workspaceBytes),
                    accepts: ArtifactName.isValid
                )
                artifacts.put(try await reader.read(from: descriptor, into: staged))
            }
        }
        let report = BuildReport(
            commands: run.makeCommand,
            stdout: outcome.stdout.tail,
            stderr: outcome.stderr.tail
        )
        let products = BuildProducts(folder: staged, artifacts: artifacts.take())
        try await products.writeLog(run.makeCommand, stdout: outcome.stdout.path, stderr: outcome.stderr.path)
        let absent = door.absences.all
        do {
            let images = try await judge(job, hash, outcome, products, absent)
            return BuildOutcome(result: .success(images), report: report)
        } catch let failure as BuildFailure where !failure.isWorthRetrying {
            return BuildOutcome(result: .failure(failure), report: report)
        } catch let failure as BuildFailure {
            if case .upstream = failure { try await packageCache.distrust(feeds.map(\.url)) }
            throw failure
        }
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
            request: job.request,
            profile: job.profile,
            label: hash.label,
            artifacts: products.artifacts
        )
        if let profiles, transcript.producedImages || outcome.exitCode != 0 {
            if let failure = BuildFailureClassifier.classify(transcript) { throw failure }
            return try collector.collect(profiles, manifest: try await products.manifest())
        }
        // Without a profiles.json it is a failure, unless the ImageBuilder is of a generation that writes none.
        guard outcome.exitCode == 0, let upstream = try await upstreamProfiles(job),
            let manifest = try? await products.manifest(),
            let images = try? collector.collect(withoutProfiles: upstream, manifest: manifest)
        else {
            throw BuildFailureClassifier.classify(transcript)
                ?? BuildFailure.infrastructure(message: "No JSON file found")
        }
        transcript.producedImages = true
        if let failure = BuildFailureClassifier.classify(transcript) { throw failure }
        return images
    }

    /// Upstream's profile data of the job's target, from the catalog.
    private func upstreamProfiles(_ job: BuildJob) async throws -> BuildProfiles? {
        guard UpstreamLayout(job.request.version).isBeforeProfilesFile else { return nil }
        let manifests = try await catalog.load().manifests
        guard let record = manifests[job.request.version]?.targets[job.request.target.description] else { return nil }
        return try BuildProfiles(json: try await catalog.blob(record.document))
    }

    private func repositoryFile(_ job: BuildJob, _ tree: ImageBuilderTree, port: Int) -> RepositoryFile {
        RepositoryFile(
            original: tree.repositories,
            format: tree.format,
            upstream: upstreamURL,
            door: "http://127.0.0.1:\(port)",
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
        try await NIOThreadPool.singleton.runIfActive {
            try Data("\(message)\n".utf8).write(to: URL(fileURLWithPath: staged + "/buildlog.txt"))
        }
        return BuildOutcome(
            result: .failure(.user(.init(.unclassified, message))),
            report: BuildReport(commands: [], stdout: "", stderr: "")
        )
    }
}
