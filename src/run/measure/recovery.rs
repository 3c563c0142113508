//! Where in an order's story it was recovered: for reports that mark the fact that is counted. Told the facts of one order
//! after its run; what is counted, and as what, is the measure's to say.

use super::Measure;
use crate::payments::fact::Fact;
use crate::payments::grounds::Cause;

impl Measure {
    /// The position of the fact by which an order, whose facts these are, was recovered, and what is counted for it:
    /// [`Measure::recovered`] once all has happened.
    pub fn recovery(facts: &[Fact]) -> Option<(usize, Cause)> {
        let mut measure = Measure::default();
        let mut decided: Option<(usize, (Known, Cause))> = None;
        for (i, fact) in facts.iter().enumerate() {
            measure.see(fact);
            // Whether the money's way back was a recovery is known only when the books agree; what it was is known now.
            let succeeded = measure.recovered.map(|cause| (Known::Succeeded, cause));
            let by = succeeded
                .or(measure.ended.map(|cause| (Known::Ended, cause)))
                .or(measure.given_back.map(|cause| (Known::GivenBack, cause)));
            if by != decided.map(|(_, by)| by) {
                decided = by.map(|by| (i, by));
            }
        }
        decided.filter(|_| measure.recovered().is_some()).map(|(i, (_, cause))| (i, cause))
    }
}

/// What became known of an order, in whose place only what stands before it here comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Succeeded,
    Ended,
    GivenBack,
}
