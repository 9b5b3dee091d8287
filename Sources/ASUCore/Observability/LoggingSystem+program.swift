package import Logging

extension LoggingSystem {
    /// Sends all logging of a program to standard error, one line a message with its metadata.
    package static func bootstrapForProgram(level: Logger.Level) {
        bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
    }
}
