import ASUCore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The API of 2020, which devices in the field still speak: `/api/versions`, `POST /api/build` and
/// `GET /api/build/{request_hash}`.
struct LegacyRoutes: Sendable {
    let service: BuildService
    let catalog: Catalog
    let branches: [String]

    /// Both shapes that its clients know, in one object.
    @Sendable
    func versions(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let snapshot = catalog.current
        var list: [JSONValue] = []
        var named: [String: JSONValue] = [:]
        for branch in branches {
            let versions = snapshot.manifests.keys.filter { $0.branchName == branch }
            // Whoever runs a release is to be led to a release, not to what may be newer.
            guard let newest = versions.filter({ !$0.isSnapshot }).max() ?? versions.max() else { continue }
            let isSnapshot = branch == Version.snapshotName
            let path = UpstreamLayout(newest).path
            list.append([
                "name": .string(isSnapshot ? "snapshot" : branch),
                "enabled": true,
                "latest": .string(isSnapshot ? "snapshot" : newest.text),
                "git_branch": .string(isSnapshot ? "master" : "openwrt-\(branch)"),
                "path": .string(path),
                "pubkey": "",
                "updates": .string(isSnapshot ? "dev" : "stable"),
            ])
            named[newest.text] = ["branch": .string(branch), "path": .string(path), "pubkey": ""]
        }
        var body: [String: JSONValue] = ["metadata_version": 1, "branches": .array(list)]
        body.merge(named) { own, _ in own }
        return try Answer(.ok, json: .object(body)).response(from: request, context: context)
    }

    @Sendable
    func post(_ request: Request, _ context: some RequestContext) async throws -> Response {
        try await answering(request, context) {
            let json = try await BuildRoutes.body(of: request)
            let legacy = try LegacyRequest(json: json)
            let target = try await findTarget(legacy)
            let client = ClientName(userAgent: request.headers[.userAgent]).text
            let outcome = try await service.submit(
                legacy.body(target: target, client: client),
                fields: LegacyAnswer.fields(for: request)
            )
            switch outcome {
            case .record(let hash, let record): return try LegacyAnswer.answer(hash, record)
            case .enqueued(let hash, let position, let date):
                return try LegacyAnswer.waiting(hash, word: "queued", position: position, at: date)
            case .overloaded(let pending): return try LegacyAnswer.overloaded(pending: pending)
            }
        }
    }

    @Sendable
    func get(_ request: Request, _ context: some RequestContext) async throws -> Response {
        try await answering(request, context) {
            guard let hash = context.parameters.get("hash").flatMap({ RequestHash($0) }),
                let record = try await service.find(hash, fields: LegacyAnswer.fields(for: request))
            else { return try LegacyAnswer.unknown() }
            return try LegacyAnswer.answer(hash, record)
        }
    }

    /// The target that has the profile, where the request names none.
    private func findTarget(_ request: LegacyRequest) async throws -> Target {
        if let target = request.target { return target }
        let targets = try await service.validator.targets(of: request.profile, version: request.version)
        guard let target = targets.first else { throw RequestRefusal.unsupportedProfile(request.profile) }
        guard targets.count == 1 else {
            let names = targets.map(\.description).joined(separator: ", ")
            throw LegacyRefusal(
                .badRequest,
                word: "bad_profile",
                "Profile \(request.profile) exists in several targets (\(names)); name one as \"target\""
            )
        }
        return target
    }

    /// Turns errors into this API's form; what isn't the request's fault is left to the one place for that.
    private func answering(
        _ request: Request,
        _ context: some RequestContext,
        _ body: () async throws -> Answer
    ) async throws -> Response {
        do {
            return try await body().response(from: request, context: context)
        } catch {
            guard let refusal = LegacyRefusal(error) else { throw error }
            return try LegacyAnswer.refused(refusal).response(from: request, context: context)
        }
    }
}
