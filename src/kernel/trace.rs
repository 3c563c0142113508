//! Where facts go: a sink. Called by the run, once per fact; [`Silent`] compiles to nothing.

/// A consumer of facts of type `F`, told in the order in which they happened.
pub trait Sink<F> {
    /// `false`: nobody listens, and the caller may leave out whatever only a listener needs.
    const LISTENS: bool = true;
    /// Takes one fact.
    fn record(&mut self, fact: &F);
}

/// Nobody listens.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl<F> Sink<F> for Silent {
    const LISTENS: bool = false;
    #[inline]
    fn record(&mut self, _: &F) {}
}

impl<F: Clone> Sink<F> for Vec<F> {
    #[inline]
    fn record(&mut self, fact: &F) {
        self.push(fact.clone());
    }
}
