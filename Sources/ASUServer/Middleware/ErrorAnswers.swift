import Hummingbird
import Logging

/// Makes every error of a route its answer, that of an unknown path too.
///
/// It stands within the router, which would otherwise answer those errors that it knows in Hummingbird's own form.
struct ErrorAnswers<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return try Answer(error: error, logger: context.logger).response(from: request, context: context)
        }
    }
}
