import ArgumentParser
import NIOCore
import NIOPosix

/// Where `asu-server` begins.
@main
enum Main {
    @MainActor
    static func main() async {
        // Handlers then run on the event loops of their connections: much of what answering a finished build cost was
        // switching threads. Nothing here blocks them: files and other blocking work have threads of their own.
        // Where the compiler no longer allows it, the answer is false and all works as before, only slower.
        NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
        await ServerCommand.main()
    }
}
