//! Is a case a minimum? Every plan of one misfortune less is played, whatever its misfortune: each kind of the swarm with
//! all durations that a seed may draw for it, at every address that is reached, and every event out of its turn. Of a window it
//! is only tried whether it happens; sizes are no part of these plans.
//!
//! Called for cases that are irreducible. It must not know how they were found.

use crate::campaign::case::{Case, Stage};
use crate::campaign::subject::Subject;
use crate::kernel::{Address, Calm, Chooser, Decision, Distribution, Micros, Overlay, Pick, Silent};
use crate::run;
use crate::scenario::{Purchases, Scenario};

/// Cases of more misfortunes are not looked at: their plans are too many to be played while somebody waits.
const MOST_MISFORTUNES: usize = 2;

/// Does no plan of one misfortune less violate the invariant at position `target`? `None` where that cannot be said: the
/// case has several orders, unusual sizes, or too many misfortunes; `false` where `go_on` does not let all be tried. What may strike is what may in the `subject`'s swarm.
pub fn is_minimum(stage: &Stage, subject: &Subject, case: &Case, target: usize, go_on: &dyn Fn() -> bool) -> Option<bool> {
    if case.purchases.len() != 1 || !case.sizes.is_empty() || case.misfortunes.len() > MOST_MISFORTUNES {
        return None;
    }
    let mut weather = subject.swarm.with_every_duration(&subject.scenario.weather);
    weather.ties = true;
    let scenario =
        Scenario { purchases: Purchases::Listed(case.purchases.as_slice().into()), weather, ..stage.scenario.clone() };
    let mut asked = Asked::default();
    let calm = run::glance_dyn(&scenario, &mut asked, &mut Silent, None);
    if calm.violated() & (1 << target) != 0 {
        return Some(false);
    }
    if case.misfortunes.len() <= 1 {
        return Some(true);
    }
    let holds = |(at, pick): (Address, Pick)| {
        let plan = Overlay::new(Calm, [(at, Decision { pick: Some(pick), size: None })]);
        let glance = run::glance(&scenario, plan, &mut Silent, None);
        glance.violated() & (1 << target) == 0
    };
    let mut plans = asked.0.iter().flat_map(|&(at, count)| (1..=count).map(move |pick| (at, pick)));
    Some(plans.all(|plan| go_on() && holds(plan)))
}

/// Writes down where something could have gone otherwise, and in how many ways.
#[derive(Default)]
struct Asked(Vec<(Address, usize)>);

impl Chooser for Asked {
    fn pick(&mut self, at: Address, odds: &[u64]) -> Pick {
        self.0.push((at, odds.len()));
        0
    }
    fn size(&mut self, _: Address, of: &Distribution) -> Micros {
        of.median()
    }
}
