//! The cheapest polling plan that meets a goal.
//!
//! Called by `evaluate` where a goal was given. It must not know how a plan works.

use super::answer::{Finding, Plan, Plans};
use super::cell::Estimate;
use super::comparison::Comparison;
use super::evaluate::{Known, share};
use super::measures::{self, position};
use super::verdict::goal;
use crate::kernel::format_duration;
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

/// The answer in a sentence: the cheapest plan that is shown to meet the goal under every profile of it; nothing where there
/// was no goal.
pub fn sentence(comparison: &Comparison) -> Option<String> {
    let of = &comparison.plans;
    let first = of.first()?;
    let is_met =
        |plans: &Plans, name: &str| plans.plans.iter().any(|plan| plan.plan == name && plan.meets == Finding::Better);
    let cost = |name: &str| {
        let all = of.iter().filter_map(|plans| plans.plans.iter().find(|plan| plan.plan == name));
        all.map(|plan| plan.queries.value).sum::<f64>()
    };
    let met = first.plans.iter().map(|plan| plan.plan.as_str()).filter(|name| of.iter().all(|plans| is_met(plans, name)));
    let cheapest = met.min_by(|a, b| cost(a).total_cmp(&cost(b)));
    let names: Vec<&str> = of.iter().map(|plans| comparison.profiles[plans.profile].name.as_str()).collect();
    let goal = format!(
        "to have {} of debited orders consistent within {} under {}",
        goal(first.share),
        format_duration(first.within_us),
        names.join(" and ")
    );
    Some(match cheapest {
        Some(plan) => format!("The cheapest polling plan shown {goal}: {plan}."),
        None => format!("None of {} polling plans is shown {goal}.", first.plans.len()),
    })
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
