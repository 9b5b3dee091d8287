import Testing

/// Tests of the whole system, one after the other: each starts six programs, and they are timed.
@Suite(.serialized) enum EndToEnd {}
