//! The cheapest polling plan that meets a goal.
//!
//! Called by `evaluate` where a goal was given. It must not know how a plan works.

use super::answer::{Finding, Plan, Plans};
use super::cell::Estimate;
use super::evaluate::{Known, share};
use super::measures::{self, position};
use crate::run::outcome::Times;

/// The plans under each profile of the goal.
pub fn all(known: &Known) -> Vec<Plans> {
    let Some(goal) = &known.question.goal else { return Vec::new() };
    let wanted = f64::from(goal.share_millionths) / 1e6;
    let one = |&profile: &usize| {
        let of_it = known.question.tasks.iter().enumerate().filter(|(_, task)| task.profile == profile);
        let plan = |(task, number): (usize, usize)| {
            let record = &known.records[task];
            let in_time = record.ages.iter().filter(|age| Times::shortest(age.place as usize) <= goal.within_us);
            let within = share(in_time.map(|age| age.all).sum(), record.debited);
            let queries = known.value(task, &measures::ALL[position("queries")]).unwrap_or_default();
            Plan { plan: goal.plans[number].clone(), queries, meets: meets(&within, wanted), within }
        };
        let mut plans: Vec<Plan> = of_it.filter_map(|(i, task)| task.plan.map(|number| (i, number))).map(plan).collect();
        plans.sort_by(|a, b| a.queries.value.total_cmp(&b.queries.value));
        let cheapest = plans.iter().position(|plan| plan.meets == Finding::Better);
        Plans { profile, strategy: goal.strategy, share: wanted, within_us: goal.within_us, plans, cheapest }
    };
    goal.profiles.iter().map(one).collect()
}

fn meets(within: &Estimate, wanted: f64) -> Finding {
    match (within.low, within.high) {
        (Some(low), _) if low >= wanted => Finding::Better,
        (_, Some(high)) if high < wanted => Finding::Worse,
        _ => Finding::NotShown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_met_where_the_interval_says_so() {
        let meets = |count: u64, of: u64| super::meets(&share(count, of), 0.9);
        assert_eq!(meets(990, 1000), Finding::Better);
        assert_eq!(meets(800, 1000), Finding::Worse);
        assert_eq!(meets(905, 1000), Finding::NotShown);
        assert_eq!(meets(3, 3), Finding::NotShown);
    }
}
