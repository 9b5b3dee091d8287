private import Glibc

/// The parser named by `ASU_FUZZ_PARSER`, found once.
private let parser: FuzzedParser = {
    let name = getenv("ASU_FUZZ_PARSER").map { String(cString: $0) } ?? ""
    guard let parser = FuzzedParser(rawValue: name) else {
        let known = FuzzedParser.allCases.map(\.rawValue).joined(separator: ", ")
        fatalError("ASU_FUZZ_PARSER is '\(name)', expected one of: \(known)")
    }
    return parser
}()

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    parser.check(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// Ends the run with a crash, of which libFuzzer keeps the input, unless `condition` holds.
func require(_ condition: Bool, _ property: @autoclosure () -> String) {
    if !condition { fatalError("property violated: \(property())") }
}
