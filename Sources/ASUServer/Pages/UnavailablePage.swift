import Foundation

/// The fields of the template `unavailable`: what stands in for the statistics while Redis can't be reached.
struct UnavailablePage: Sendable {
    let title = "Statistics"
    let isOverview = false
    let hasStatistics = true
    let style: String
    let now: PageTime

    /// - Parameters:
    ///   - style: Names the style sheet's content.
    ///   - date: Now.
    init(style: String, date: Date) {
        self.style = style
        now = PageTime(date)
    }
}
