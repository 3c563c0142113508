//! Where facts go: a sink. Called by the run, once per fact; [`Silent`] compiles to nothing. A run compiles once for each type
//! of sink, and once for all that are passed as `&mut dyn Sink`.

/// A consumer of facts of type `F`, told in the order in which they happened.
pub trait Sink<F> {
    /// `false`: nobody listens, and the caller may leave out whatever only a listener needs.
    #[inline(always)]
    fn listens(&self) -> bool {
        true
    }
    /// Takes one fact.
    fn record(&mut self, fact: &F);
}

impl<F, S: Sink<F> + ?Sized> Sink<F> for &mut S {
    #[inline(always)]
    fn listens(&self) -> bool {
        (**self).listens()
    }
    #[inline(always)]
    fn record(&mut self, fact: &F) {
        (**self).record(fact);
    }
}

/// Nobody listens.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl<F> Sink<F> for Silent {
    #[inline(always)]
    fn listens(&self) -> bool {
        false
    }
    #[inline]
    fn record(&mut self, _: &F) {}
}

impl<F: Clone> Sink<F> for Vec<F> {
    #[inline]
    fn record(&mut self, fact: &F) {
        self.push(fact.clone());
    }
}
