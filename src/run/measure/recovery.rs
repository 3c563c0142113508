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
        let mut decided: Option<(usize, Cause)> = None;
        for (i, fact) in facts.iter().enumerate() {
            measure.see(fact);
            // Whether the money's way back was a recovery is known only when the books agree; what it was is known now.
            let by = measure.recovered.or(measure.ended).or(measure.given_back);
            if by != decided.map(|(_, cause)| cause) {
                decided = by.map(|cause| (i, cause));
            }
        }
        decided.filter(|_| measure.recovered().is_some())
    }
}
