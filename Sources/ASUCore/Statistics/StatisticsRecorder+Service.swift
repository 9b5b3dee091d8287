internal import ServiceLifecycle

/// Writes for as long as its program runs, and what is left at the end.
extension StatisticsRecorder: Service, CustomStringConvertible {
    package var description: String { "statistics" }

    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.run(every: .seconds(1)) }
    }
}
