import ASUCore
import HTTPTypes
import Hummingbird

/// `GET /api/v1/revision/{version}/{target}/{subtarget}`: LuCI on a snapshot compares it with its own.
struct RevisionRoutes: Sendable {
    let catalog: Catalog

    @Sendable
    func get(_ request: Request, _ context: some RequestContext) async throws -> Response {
        let asked = context.parameters.get("version") ?? ""
        let snapshot = catalog.current
        let version = Version(asked)
        guard let version, let manifest = snapshot.manifests[version] else {
            let name = version?.text ?? ValidationError.quote(asked)
            return try Answer(.badRequest, detail: "Unsupported version: \(name)")
                .response(from: request, context: context)
        }
        let name = "\(context.parameters.get("target") ?? "")/\(context.parameters.get("subtarget") ?? "")"
        let target = Target(name)
        guard let target, let record = manifest.targets[target.description] else {
            return try Answer(
                .notFound,
                detail: "Unsupported target: \(target?.description ?? ValidationError.quote(name))"
            )
            .response(from: request, context: context)
        }
        return try Answer(.ok, json: ["revision": .string(record.revision)]).response(from: request, context: context)
    }
}
